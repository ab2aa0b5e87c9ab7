// Mode proxy with a client: the emulator plays the real Authy, over our own client.
import { authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { AUTHY_APP, importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { createEmulator } from '../../src/emulator/index.js';
import { START } from '../served.js';
import { open, SECRET, told } from './opened.js';

const FAR_KEY = 'the-real-authy-key';
const FAR_OPERATOR = 'the-real-operator-key';

/** A proxy, its Authy, and the same calls made there directly. */
function proxied() {
  const emulator = createEmulator({ apiKey: FAR_KEY, operatorKey: FAR_OPERATOR, now: () => START });
  const authy = createAuthyClient({
    apiKey: FAR_KEY,
    baseUrl: 'http://localhost',
    retry: 0,
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
  });
  const opened = open({ mode: 'proxy', door: { authy } });
  const far = async (method: string, path: string, params?: unknown) => {
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: {
        'X-Authy-API-Key': FAR_KEY,
        Authorization: `Bearer ${FAR_OPERATOR}`,
        'Content-Type': 'application/json',
      },
      ...(params === undefined ? {} : { body: JSON.stringify(params) }),
    });
    const response = await emulator.fetch(request);
    const text = await response.text();
    return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
  };
  const messages = async () => (await far('GET', '/emulator/messages')).body.messages;
  return { ...opened, emulator, far, messages };
}

const person = { email: 'ana@a.example', cellphone: '3175550100', country_code: '1' };
const users = '/protected/json/users';

async function withUser() {
  const made = proxied();
  const created = await made.authy('POST', `${users}/new`, { user: person });
  return { ...made, created, id: String(created.body.user.id) };
}

test('a user is created there and remembered here', async () => {
  const { created, id, operator, far, messages } = await withUser();
  expect(told(created)).toStrictEqual([
    200,
    `{"message":"User created successfully.","user":{"id":${id}},"success":true}`,
  ]);
  expect((await far('GET', `${users}/${id}/status`)).body.status.email).toBe(person.email);
  const { body } = await operator('GET', '/accounts');
  expect(body.accounts).toStrictEqual([{ id: `authy:${id}` }]);
  // The install link is Authy's default, so it is asked for unless the caller says no.
  expect((await messages()).length).toBe(1);
});

test('every answer is what Authy itself says, byte for byte', async () => {
  const { authy, far, id } = await withUser();
  const phone = 'phone_number=3175550100&country_code=1';
  const bytes = [];
  for (const [method, path, params] of [
    ['GET', `${users}/${id}/status`],
    ['GET', `${users}/1/status`],
    ['POST', `${users}/${id}/update`, { email: 'b@b.example' }],
    ['POST', `${users}/1/update`, { email: 'b@b.example' }],
    ['POST', `${users}/${id}/update`, { email: 'no' }],
    ['POST', `${users}/${id}/register_activity`, { type: 'banned', data: { a: 'b' } }],
    ['POST', `${users}/${id}/register_activity`, { type: 'slept' }],
    ['GET', `${users}/${id}/secret/export`],
    ['GET', `/protected/json/verify/0000000/${id}`],
    ['GET', '/protected/json/verify/0000000/1'],
    ['GET', `/protected/json/sms/${id}?force=true`],
    ['GET', `/protected/json/call/${id}?force=true`],
    ['GET', '/protected/json/sms/1'],
    ['GET', '/protected/json/registrations/status?custom_user_id=nobody'],
    ['GET', '/protected/json/app/details'],
    ['GET', `/protected/json/phones/verification/status?${phone}`],
    ['GET', `/protected/json/phones/verification/check?${phone}&verification_code=0000`],
    ['GET', '/protected/json/phones/info?phone_number=x&country_code=1'],
    ['POST', `/onetouch/json/users/1/approval_requests`, { message: 'm' }],
    ['GET', '/onetouch/json/approval_requests/01234567-89ab-cdef-0123-456789abcdef'],
    ['DELETE', '/protected/json/sdk/devices/1'],
    ['POST', `${users}/${id}/remove`, {}],
    ['POST', `${users}/${id}/remove`, {}],
  ] as const) {
    // Deleting twice is not the same: each is done to a world of its own.
    const here = await authy(method, path, params);
    if (path.endsWith('/remove')) continue;
    const there = await far(method, path, params);
    bytes.push(path.replace(id, 'ID'));
    expect([path, here.status, here.text]).toStrictEqual([path, there.status, there.text]);
  }
  expect(bytes.length).toBe(21);
});

test('codes are sent by Authy, and judged by it through the one verifier', async () => {
  const { authy, id, messages, operator } = await withUser();
  await authy('GET', `/protected/json/sms/${id}?force=true`);
  const { code } = (await messages()).at(-1);
  const verify = () => authy('GET', `/protected/json/verify/${code}/${id}`);
  expect((await verify()).status).toBe(200);
  const again = await operator('POST', `/accounts/authy:${id}/verify`, { code });
  expect(again.body).toMatchObject({ accepted: false, reason: 'replayed' });
  expect((await verify()).body.error_code).toBe('60019');
});

test('who has the app is sent nothing unless the caller insists', async () => {
  const { authy, id } = await withUser();
  const { body } = await authy('GET', `/protected/json/sms/${id}`);
  expect([body.success, body.ignored, body.message.slice(0, 7)]).toStrictEqual([
    true,
    true,
    'Ignored',
  ]);
});

test('an e-mail, a phone and an approval go to Authy and come back', async () => {
  const { authy, id, messages, far, operator } = await withUser();
  const email = await authy('POST', `/protected/json/email/${id}`, {});
  expect([email.status, email.body.email]).toStrictEqual([200, person.email]);
  const phone = { phone_number: '3175550199', country_code: '1' };
  const started = await authy('POST', '/protected/json/phones/verification/start', {
    ...phone,
    via: 'sms',
    code_length: '6',
  });
  expect(started.body).toStrictEqual({
    carrier: 'Authy emulator',
    is_cellphone: true,
    seconds_to_expire: 600,
    uuid: expect.any(String),
    message: 'Text message sent to +1 317-555-0199.',
    success: true,
  });
  const { code } = (await messages()).at(-1);
  const check = (typed: string) =>
    authy(
      'GET',
      `/protected/json/phones/verification/check?${new URLSearchParams({ ...phone, verification_code: typed })}`,
    );
  expect((await check('000000')).body.error_code).toBe('60022');
  expect((await check('x')).body.error_code).toBe('60022');
  expect((await check(code)).text).toBe(
    '{"message":"Verification code is correct.","success":true}',
  );
  const info = await authy('GET', `/protected/json/phones/info?${new URLSearchParams(phone)}`);
  expect(info.body).toMatchObject({ type: 'cellphone', ported: false, success: true });
  const asked = await authy('POST', `/onetouch/json/users/${id}/approval_requests`, {
    message: 'm',
    details: { a: 'b' },
  });
  const { uuid } = asked.body.approval_request;
  await far('PUT', `/emulator/approval_requests/${uuid}`, { status: 'approved' });
  const shown = await authy('GET', `/onetouch/json/approval_requests/${uuid}`);
  expect(shown.body.approval_request).toMatchObject({
    uuid,
    status: 'approved',
    _authy_id: Number(id),
  });
  // Nobody but Authy may answer it.
  const own = await operator('PUT', `/approval_requests/${uuid}`, { status: 'denied' });
  expect(own.status).toBe(404);
});

test('an enrolment’s picture is Authy’s', async () => {
  const { authy, id } = await withUser();
  const { body } = await authy('POST', `${users}/${id}/secret`, { label: 'ana' });
  expect([body.qr_code.startsWith('http://localhost/emulator/qr/'), body.label]).toStrictEqual([
    true,
    'ana',
  ]);
});

test('who is removed there is forgotten here, though a seed was held', async () => {
  const { authy, operator, emulator, clock } = proxied();
  const key = importKey(SECRET, AUTHY_APP);
  const { authyId } = emulator.addUser({
    secret: Buffer.from('12345678901234567890'),
    params: AUTHY_APP,
  });
  await operator('POST', '/accounts', {
    id: 'ana',
    authyId,
    secret: SECRET,
    digits: 7,
    period: 10,
  });
  const code = totp(key, { at: clock.at });
  expect((await authy('GET', `/protected/json/verify/${code}/${authyId}`)).status).toBe(200);
  expect((await authy('POST', `${users}/delete/${authyId}`)).text).toBe(
    '{"message":"User removed from application","success":true}',
  );
  expect((await operator('GET', '/accounts')).body.accounts).toStrictEqual([]);
  expect((await authy('POST', `${users}/delete/${authyId}`)).body.error_code).toBe('60026');
});

test.each([
  ['down', { down: true }, 503, '60000'],
  ['html', { html: true }, 503, '60000'],
  ['reset', { reset: true }, 503, '60000'],
  ['garbage', { garbage: true }, 503, '60000'],
  ['429', { '429': { times: 9, retryAfter: 30 } }, 429, '60003'],
])('a call that Authy breaks with %s is a no here', async (_, faults, status, code) => {
  const { authy, far, id } = await withUser();
  await far('PUT', '/emulator/faults', faults);
  for (const [method, path] of [
    ['GET', `${users}/${id}/status`],
    ['POST', `${users}/new`],
    ['GET', '/protected/json/app/details'],
  ] as const) {
    const answer = await authy(method, path, method === 'POST' ? { user: person } : undefined);
    expect([answer.status, answer.body.success, answer.body.error_code]).toStrictEqual([
      status,
      false,
      code,
    ]);
    expect(answer.headers.get('Retry-After')).toBe(status === 429 ? '30' : null);
  }
});

test('what the client would not send is refused as the parameter it is', async () => {
  const { authy, id } = await withUser();
  const logos = [{ res: 'low', url: `https://a.example/${'x'.repeat(300)}` }];
  const path = `/onetouch/json/users/${id}/approval_requests`;
  expect((await authy('POST', path, { message: 'm', logos })).body.error_code).toBe('60004');
  expect((await authy('GET', `${users}/x/status`)).body.error_code).toBe('60004');
});

test('without a client a proxy judges codes, and says no to all else', async () => {
  const { authyId, ...made } = { authyId: '17', ...proxied() };
  const authority = authyAuthority(
    createAuthyClient({
      apiKey: FAR_KEY,
      baseUrl: 'http://localhost',
      fetch: (input, init) => made.emulator.fetch(new Request(input, init)),
    }),
  );
  const { authy, operator } = open({ mode: 'proxy', authority });
  await operator('POST', '/accounts', { id: 'ana', authyId });
  const said = [];
  for (const [method, path, params] of [
    ['GET', `/protected/json/verify/0000000/${authyId}`],
    ['POST', `${users}/new`, { user: person }],
    ['GET', `${users}/${authyId}/status`],
    ['POST', `${users}/${authyId}/delete`],
    ['POST', `${users}/${authyId}/secret`],
    ['GET', `${users}/${authyId}/secret/export`],
    ['GET', `/protected/json/sms/${authyId}`],
    ['GET', `/protected/json/call/${authyId}`],
    ['GET', '/protected/json/app/details'],
    ['GET', '/protected/json/app/stats'],
    ['POST', `/onetouch/json/users/${authyId}/approval_requests`, { message: 'm' }],
    ['GET', '/onetouch/json/approval_requests/x'],
    ['DELETE', '/protected/json/sdk/devices/1'],
    ['POST', '/dashboard/json/application/webhooks'],
    ['GET', '/dashboard/json/application/webhooks'],
    ['DELETE', '/dashboard/json/application/webhooks/WH'],
  ] as const) {
    const { status, body } = await authy(method, path, params);
    expect(body.success).toBe(false);
    said.push(`${status} ${body.error_code}`);
  }
  expect(said).toStrictEqual([
    '404 60016',
    '503 60031',
    '503 60031',
    '503 60028',
    '503 60123',
    '400 60154',
    '503 60007',
    '503 60006',
    '503 60031',
    '503 60096',
    '503 60064',
    '404 60049',
    '404 60092',
    '503 60098',
    '503 60099',
    '503 60100',
  ]);
});
