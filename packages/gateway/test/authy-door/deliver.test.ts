import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { createClock } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import type { Delivery, DoorOptions } from '../../src/index.js';
import { createGateway, memoryStores } from '../../src/index.js';
import { readPng } from '../emulator/read-png.js';
import { AUTHY, OPERATOR, START } from '../served.js';
import { open, told } from './opened.js';

function delivering(options: DoorOptions = {}, more: Parameters<typeof open>[0] = {}) {
  const sent: Omit<Delivery, 'signal'>[] = [];
  const deliver: DoorOptions['deliver'] = async ({ signal, ...delivery }) => {
    expect(signal.aborted).toBe(false);
    sent.push(delivery);
  };
  const opened = open({ door: { deliver, ...options }, ...more });
  const verify = (code: string, id: string, query = '') =>
    opened.authy('GET', `/protected/json/verify/${code}/${id}${query}`);
  return { ...opened, sent, verify };
}

const SENT = '{"success":true,"message":"SMS token was sent","cellphone":"+1-XXX-XXX-XX00"}';

test('a code is delivered by the operator’s hook and good once', async () => {
  const { authy, register, sent, verify } = delivering();
  const id = await register();
  expect(told(await authy('GET', `/protected/json/sms/${id}`))).toStrictEqual([200, SENT]);
  const [{ code, ...delivery } = { code: '' }] = sent;
  expect(delivery).toStrictEqual({ via: 'sms', to: '+13175550100', account: `authy:${id}` });
  expect(code).toMatch(/^[0-9]{7}$/);
  const good = await verify(code, id);
  expect([good.status, good.body.device.os_type]).toStrictEqual([200, 'sms']);
  expect((await verify(code, id)).body.error_code).toBe('60019');
});

test('a call and an e-mail are delivered as they were asked for', async () => {
  const { authy, register, sent } = delivering();
  const id = await register();
  const call = `/protected/json/call/${id}?action_message=pay%20me&locale=de`;
  expect((await authy('GET', call)).text).toBe(
    '{"success":true,"message":"Call started...","cellphone":"+1-XXX-XXX-XX00"}',
  );
  const email = await authy('POST', `/protected/json/email/${id}`, {});
  expect(email.body).toStrictEqual({
    success: true,
    message: 'Email token was sent',
    email: 'ana@a.example',
    email_id: expect.stringMatching(/^EM[0-9a-f]{32}$/),
  });
  const account = `authy:${id}`;
  expect(sent.map(({ code: _, ...rest }) => rest)).toStrictEqual([
    { via: 'call', to: '+13175550100', account, message: 'pay me', locale: 'de' },
    { via: 'email', to: 'ana@a.example', account },
  ]);
});

test.each(['/v1', 'the door'])(
  'who has the id of a user deleted over %s is another',
  async (over) => {
    const stores = memoryStores();
    const { authy, operator, register, sent, verify } = delivering({}, { stores });
    const id = await register();
    const remove = () =>
      over === '/v1'
        ? operator('DELETE', `/accounts/authy:${id}`)
        : authy('POST', `/protected/json/users/${id}/remove`);
    await authy('GET', `/protected/json/sms/${id}`);
    expect((await remove()).status).toBe(over === '/v1' ? 204 : 200);
    const account = { id: `authy:${id}`, authyId: id, seeds: [] };
    await stores.accounts.create(account);
    const [{ code } = { code: '' }] = sent;
    expect((await verify(code, id)).body.error_code).toBe('60020');
    expect((await authy('GET', `/protected/json/sms/${id}`)).body.error_code).toBe('60033');
    expect(sent.length).toBe(1);
  },
);

test('without a hook nothing is sent, and nobody is told that it was', async () => {
  const { authy, register } = open();
  const id = await register();
  const said = [];
  for (const [method, path] of [
    ['GET', `sms/${id}`],
    ['GET', `call/${id}`],
    ['POST', `email/${id}`],
    ['POST', 'phones/verification/start?phone_number=3175550100&country_code=1&via=sms'],
    ['POST', 'phones/verification/start?phone_number=3175550100&country_code=1&via=call'],
    ['GET', 'phones/verification/check?phone_number=3175550100&country_code=1&verification_code=1'],
    ['GET', 'phones/verification/status?phone_number=3175550100&country_code=1'],
    ['GET', 'phones/info?phone_number=3175550100&country_code=1'],
  ] as const) {
    const { status, body } = await authy(method, `/protected/json/${path}`);
    said.push(`${status} ${body.success} ${body.error_code}`);
  }
  expect(said).toStrictEqual([
    '503 false 60007',
    '503 false 60006',
    '503 false 60031',
    '503 false 60007',
    '503 false 60006',
    '404 false 60023',
    '404 false 60023',
    '500 false 60024',
  ]);
});

test.each([
  ['sms', 'GET', '60015'],
  ['call', 'GET', '60014'],
  ['email', 'POST', '60000'],
])(
  'a hook that fails at %s is told as a failure, without a word of its own',
  async (via, method, code) => {
    const { authy, register } = open({
      door: {
        deliver: async ({ to, code }) => {
          throw new Error(`no ${to} ${code}`);
        },
      },
    });
    const id = await register();
    const { status, body, text } = await authy(method, `/protected/json/${via}/${id}`);
    expect([status, body.success, body.error_code]).toStrictEqual([503, false, code]);
    expect(text).not.toContain('3175550100');
  },
);

test('a code is good for ten minutes, for its user, and for what it was asked for', async () => {
  const { authy, register, sent, verify, clock } = delivering();
  const [id, other] = [await register(), await register('3175550199')];
  const send = async (query = '') => {
    await authy('GET', `/protected/json/sms/${id}${query}`);
    return sent.at(-1)?.code ?? '';
  };
  const first = await send();
  const second = await send('?action=pay');
  expect((await verify(first, id)).status).toBe(401);
  expect((await verify(second, id)).status).toBe(401);
  expect((await verify(second, other, '?action=pay')).status).toBe(401);
  expect((await verify(second, id, '?action=pay')).status).toBe(200);
  const third = await send();
  clock.at += 600_000;
  expect((await verify(third, id)).status).toBe(401);
});

test('guesses at a code that was sent are counted, whoever holds a seed or not', async () => {
  const attempts = { limit: 3, per: 900, lock: 100 };
  for (const seeded of [false, true]) {
    const { authy, register, sent, verify } = delivering(
      {},
      { policy: { mode: 'authority-first', attempts } },
    );
    const id = await register();
    if (seeded) await authy('POST', `/protected/json/users/${id}/secret`);
    await authy('GET', `/protected/json/sms/${id}?force=true`);
    const code = sent[0]?.code ?? '';
    const wrong = code === '0000000' ? '1111111' : '0000000';
    const guesses = await Promise.all(Array.from({ length: 20 }, () => verify(wrong, id)));
    const statuses = guesses.map(({ status }) => status).sort();
    expect(statuses).toStrictEqual([401, 401, 401, ...Array(17).fill(429)]);
    expect((await verify(code, id)).status).toBe(429);
  }
});

test('a code that was sent, typed at once by a hundred, lets one in', async () => {
  const attempts = { limit: 1000, per: 900, lock: 1000 };
  const { authy, register, sent, verify } = delivering(
    {},
    { policy: { mode: 'authority-first', attempts } },
  );
  const id = await register();
  await authy('GET', `/protected/json/sms/${id}`);
  const code = sent[0]?.code ?? '';
  const answers = await Promise.all(Array.from({ length: 100 }, () => verify(code, id)));
  expect(answers.filter(({ status }) => status === 200).length).toBe(1);
});

test('a good code that was sent gives its attempt back and is told to the operator', async () => {
  const events: string[] = [];
  const { authy, register, sent, verify } = delivering(
    {},
    {
      policy: { mode: 'authority-first', attempts: { limit: 2, per: 900, lock: 100 } },
      onEvent: (event) =>
        event.type === 'decided' && event.decision.accepted && events.push(event.account),
    },
  );
  const id = await register();
  for (let i = 0; i < 4; i++) {
    await authy('GET', `/protected/json/sms/${id}`);
    expect((await verify(sent.at(-1)?.code ?? '', id)).status).toBe(200);
  }
  expect(events).toStrictEqual(Array(4).fill(`authy:${id}`));
});

test('a clock that nobody vouches for lets no code in that was sent, and costs no attempt', async () => {
  const at = { now: START };
  const clock = createClock({ now: () => at.now });
  const policy = {
    mode: 'authority-first',
    clock: 'witnessed',
    attempts: { limit: 1, per: 900, lock: 100 },
  } as const;
  const { authy, register, sent, verify } = delivering({}, { clock, policy });
  const id = await register();
  await authy('GET', `/protected/json/sms/${id}`);
  await authy('POST', start, { ...phone, via: 'sms' });
  const [code, phoneCode] = sent.map((each) => each.code) as [string, string];
  const check = () =>
    authy(
      'GET',
      `/protected/json/phones/verification/check?${query({ verification_code: phoneCode })}`,
    );
  for (const ask of [() => verify(code, id), check]) {
    const { status, body } = await ask();
    expect([status, body.error_code, 'token' in body]).toStrictEqual([503, '60000', false]);
  }
  await clock.trust();
  expect([(await verify(code, id)).status, (await check()).status]).toStrictEqual([200, 200]);
});

test('a latched account takes no code that was sent', async () => {
  const stores = memoryStores();
  const { authy, operator, register, sent, verify } = delivering({}, { stores });
  const id = await register();
  await authy('GET', `/protected/json/sms/${id}`);
  const code = sent[0]?.code ?? '';
  await stores.ledger.latch(`authy:${id}`, { latched: true, id: 'x', at: START });
  expect((await verify(code, id)).status).toBe(503);
  await operator('POST', `/accounts/authy:${id}/unlock`);
  expect((await verify(code, id)).status).toBe(200);
});

test('a yes to a code that was sent waits for the audit log, and without its entry there is none', async () => {
  const events = memoryEngine();
  let gone = false;
  const swap: typeof events.swap = async (...given) => {
    if (gone) throw new Error('gone');
    return events.swap(...given);
  };
  const stores = { ...memoryStores(), events: { ...events, swap } };
  const { authy, operator, register, sent, verify } = delivering({}, { stores });
  const id = await register();
  await authy('GET', `/protected/json/sms/${id}`);
  await authy('POST', `/protected/json/users/${id}/secret`);
  gone = true;
  const { status, body } = await verify(sent[0]?.code ?? '', id);
  expect([status, body.error_code]).toStrictEqual([503, '60000']);
  // Nor is anything done that it can't note.
  for (const path of [`users/${id}/delete`, `users/${id}/secret`, 'users/new']) {
    const user = { email: 'b@b.example', cellphone: '3175550199', country_code: 1 };
    expect((await authy('POST', `/protected/json/${path}`, { user })).status).toBe(503);
  }
  expect((await operator('GET', '/accounts')).body.accounts.length).toBe(1);
});

test('five codes an hour, then longer and longer waits, on a meter of their own', async () => {
  const { authy, register, sent, clock } = delivering();
  const id = await register();
  const statuses = [];
  for (let i = 0; i < 6; i++)
    statuses.push((await authy('GET', `/protected/json/sms/${id}`)).status);
  expect(statuses).toStrictEqual([200, 200, 200, 200, 200, 429]);
  const { body, headers } = await authy('GET', `/protected/json/sms/${id}`);
  expect([body.error_code, headers.get('Retry-After')]).toStrictEqual(['60003', '30']);
  clock.at += 30_000;
  expect((await authy('GET', `/protected/json/sms/${id}`)).status).toBe(200);
  expect(sent.length).toBe(6);
});

test('who reads codes in an app is sent none unless the caller insists', async () => {
  const { authy, call, clock, enrol, register, sent, verify: verifyAt } = delivering();
  const { code, verify } = await enrol('ben', '17');
  await verify(code());
  // An account made elsewhere has no phone number here.
  expect((await authy('GET', '/protected/json/sms/17')).body.error_code).toBe('60033');
  const id = await register();
  const { body } = await authy('POST', `/protected/json/users/${id}/secret`);
  const sms = () => authy('GET', `/protected/json/sms/${id}`);
  // A seed that was handed out may never have been scanned.
  expect((await sms()).text).toBe(SENT);
  expect((await verifyAt(sent[0]?.code ?? '', id)).status).toBe(200);
  expect((await sms()).text).toBe(SENT);
  const { bytes } = await call(new URL(body.qr_code).pathname);
  const { secret } = parseUri(readPng(bytes).text);
  await verifyAt(totp(importKey(secret), { at: clock.at }), id);
  const ignored = await sms();
  expect([ignored.body.ignored, ignored.body.success, sent.length]).toStrictEqual([true, true, 2]);
  const called = await authy('GET', `/protected/json/call/${id}`);
  expect([called.body.ignored, called.body.message]).toStrictEqual([
    true,
    'Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.',
  ]);
  expect((await authy('GET', `/protected/json/sms/${id}?force=true`)).text).toBe(SENT);
});

test('what is too long is refused before anything is sent', async () => {
  const { authy, register, sent } = delivering();
  const id = await register();
  for (const name of ['action', 'action_message']) {
    const { body } = await authy('GET', `/protected/json/sms/${id}?${name}=${'x'.repeat(256)}`);
    expect(body.error_code).toBe('60004');
  }
  expect(sent).toStrictEqual([]);
});

const phone = { phone_number: '317-555-0100', country_code: '1' };
const start = '/protected/json/phones/verification/start';
const query = (params: Record<string, string>) => new URLSearchParams({ ...phone, ...params });

test('a phone is verified by a code that is good once, and nobody has to be a user', async () => {
  const { authy, sent } = delivering();
  const started = await authy('POST', start, { ...phone, via: 'sms', code_length: 6 });
  expect(started.body).toStrictEqual({
    carrier: null,
    seconds_to_expire: 600,
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    message: 'Text message sent to +1 317-555-0100.',
    success: true,
  });
  const [{ code, ...delivery } = { code: '' }] = sent;
  expect(delivery).toStrictEqual({ via: 'sms', to: '+13175550100' });
  expect(code).toMatch(/^[0-9]{6}$/);
  const status = async (by: string) =>
    (await authy('GET', `/protected/json/phones/verification/status?${by}`)).body.status;
  const uuid = `uuid=${started.body.uuid}`;
  expect([await status(uuid), await status(`${query({})}`)]).toStrictEqual(['pending', 'pending']);
  const check = (typed: string) =>
    authy(
      'GET',
      `/protected/json/phones/verification/check?${query({ verification_code: typed })}`,
    );
  expect((await check('000')).body.error_code).toBe('60022');
  expect((await check(code)).text).toBe(
    '{"message":"Verification code is correct.","success":true}',
  );
  expect((await check(code)).body.error_code).toBe('60023');
  expect((await check('000')).body.error_code).toBe('60023');
  expect(await status(uuid)).toBe('verified');
});

test('guesses at a phone’s code are counted, and it expires', async () => {
  const { authy, sent, clock } = delivering();
  await authy('POST', start, {
    ...phone,
    via: 'call',
    custom_code: '1234',
    custom_message: 'Hi {{code}}',
  });
  expect(sent).toStrictEqual([
    { via: 'call', to: '+13175550100', code: '1234', message: 'Hi {{code}}' },
  ]);
  const check = (typed: string) =>
    authy(
      'GET',
      `/protected/json/phones/verification/check?${query({ verification_code: typed })}`,
    );
  for (let i = 0; i < 5; i++) expect((await check('9999')).status).toBe(401);
  expect((await check('1234')).status).toBe(429);
  clock.at += 600_000;
  expect((await check('1234')).body.error_code).toBe('60023');
  const { body } = await authy('GET', `/protected/json/phones/verification/status?${query({})}`);
  expect(body.status).toBe('expired');
});

test.each([
  [{ ...phone, phone_number: 'x' }, '60033', 'phone_number'],
  [{ ...phone, country_code: 'x' }, '60033', 'country_code'],
  [{ ...phone, via: 'fax' }, '60042', 'via'],
  [{ ...phone, code_length: 3 }, '60042', 'code_length'],
  [{ ...phone, code_length: 4.9 }, '60042', 'code_length'],
  [{ ...phone, custom_code: '12a4' }, '60042', 'custom_code'],
])('%j is no verification to start', async (params, code, field) => {
  const { authy, sent } = delivering();
  const { body } = await authy('POST', start, params);
  expect([body.error_code, body[field], body.errors[field]]).toStrictEqual([
    code,
    'is invalid',
    'is invalid',
  ]);
  expect(sent).toStrictEqual([]);
});

test.each([
  [{ deliver: 'no' }, 'door.deliver'],
  [{ name: 'a:b' }, 'door.name'],
  [{ provisional: 'yes' }, 'door.provisional'],
  [{ callback: { url: 'ftp://a.example' } }, 'door.callback.url'],
  [{ callback: { url: 'https://a.example/?b' } }, 'door.callback.url'],
  [{ callback: { url: 'https://ana:word@a.example/' } }, 'door.callback.url'],
  [{ callback: { url: 'https://ana@a.example/' } }, 'door.callback.url'],
  [{ url: 'a.example' }, 'door.url'],
  [{ authy: {} }, 'door.authy'],
])('%j is no way to make a door', (door, field) => {
  const keys = { operator: OPERATOR, authy: AUTHY };
  const made = () =>
    createGateway({
      mode: 'authority',
      keys,
      policy: { mode: 'authority-first' },
      door: door as DoorOptions,
    });
  expect(made).toThrow(field);
});
