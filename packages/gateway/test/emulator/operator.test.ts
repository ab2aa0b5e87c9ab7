import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { createEmulator } from '../../src/emulator/index.js';
import {
  API_KEY,
  json,
  type Loopback,
  OPERATOR_KEY,
  RFC_SEED,
  send,
  serveEmulator,
} from './loopback.js';

function addUser({ emulator }: Loopback) {
  return emulator.addUser({ secret: RFC_SEED, email: 'a@b.example' }).authyId;
}

async function appCode({ operator }: Loopback, id: string, at: number) {
  const { app } = JSON.parse((await operator(`/emulator/users/${id}`)).text);
  const { secret, params } = parseUri(app.uri);
  return totp(importKey(secret, params), { at });
}

test("the operator reads a user's app seed, and the generic one once it was issued", async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const before = JSON.parse((await loopback.operator(`/emulator/users/${id}`)).text);
  expect(Object.keys(before)).toStrictEqual(['app']);
  await loopback.authy(`/protected/json/users/${id}/secret`, { method: 'POST' });
  const { app, generic } = JSON.parse((await loopback.operator(`/emulator/users/${id}`)).text);
  expect([app, generic].map(({ uri }) => ({ ...parseUri(uri), secret: '' }))).toStrictEqual([
    {
      issuer: 'Authy emulator',
      account: 'a@b.example',
      secret: '',
      params: { algorithm: 'SHA1', digits: 7, period: 10, epoch: 0 },
    },
    {
      issuer: 'Authy emulator',
      account: 'a@b.example',
      secret: '',
      params: { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 },
    },
  ]);
  expect(app).toStrictEqual(before.app);
});

test('a suspended user is shown as disabled and gets 60017 until let back in', async () => {
  const loopback = await serveEmulator();
  const { authy, operator, clock } = loopback;
  const id = addUser(loopback);
  const code = await appCode(loopback, id, clock.now);
  const disabled = async () =>
    JSON.parse((await authy(`/protected/json/users/${id}/status`)).text).status.account_disabled;

  const set = await operator(`/emulator/users/${id}`, json({ suspended: true }, 'PUT'));
  expect([set.status, set.text]).toStrictEqual([200, '{"suspended":true}']);
  expect(await disabled()).toBe(true);
  const refused = await authy(`/protected/json/verify/${code}/${id}`);
  expect([refused.status, refused.text]).toStrictEqual([
    503,
    '{"message":"User is suspended.","success":false,"errors":{"message":"User is suspended."},"error_code":"60017"}',
  ]);

  await operator(`/emulator/users/${id}`, json({ suspended: false }, 'PUT'));
  expect(await disabled()).toBe(false);
  expect((await authy(`/protected/json/verify/${code}/${id}`)).status).toBe(200);
});

test("the clock's offset moves which codes are good", async () => {
  const loopback = await serveEmulator();
  const { authy, operator, emulator, clock } = loopback;
  const id = addUser(loopback);
  const now = await appCode(loopback, id, clock.now);
  const ahead = await appCode(loopback, id, clock.now + 240_500);
  const statusOf = async (code: string) =>
    (await authy(`/protected/json/verify/${code}/${id}`)).status;

  const set = await operator('/emulator/clock', json({ offset: 240.5 }, 'PUT'));
  expect([set.status, set.text, emulator.offset()]).toStrictEqual([200, '{"offset":240.5}', 240.5]);
  expect(await statusOf(now)).toBe(401);
  expect(await statusOf(ahead)).toBe(200);
  await operator('/emulator/clock', json({ offset: 0 }, 'PUT'));
  expect(await statusOf(now)).toBe(200);
});

test('down: every Authy path answers an empty 503 while the operator is served', async () => {
  const loopback = await serveEmulator();
  const { authy, operator } = loopback;
  const id = addUser(loopback);
  const set = await operator('/emulator/faults', json({ down: true }, 'PUT'));
  expect([set.status, set.text]).toStrictEqual([200, '{"down":{"chance":1}}']);
  for (const path of [
    `/protected/json/users/${id}/status`,
    `/protected/json/verify/0000000/${id}`,
    '/protected/json/nowhere',
    '/onetouch/json/approval_requests/1',
  ]) {
    const { status, text } = await authy(path);
    expect([path, status, text]).toStrictEqual([path, 503, '']);
  }
  expect((await operator(`/emulator/users/${id}`)).status).toBe(200);
  await operator('/emulator/faults', json({}, 'PUT'));
  expect((await authy(`/protected/json/users/${id}/status`)).status).toBe(200);
});

test.each([
  ['no key', {}],
  ['a wrong key', { Authorization: 'Bearer wrong' }],
  ["Authy's key", { Authorization: `Bearer ${API_KEY}` }],
  ['the right key in another scheme', { Authorization: `Basic ${OPERATOR_KEY}` }],
  ["the right key in Authy's header", { 'X-Authy-API-Key': OPERATOR_KEY }],
])('%s opens nothing of the operator', async (_, headers) => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  for (const path of [`/emulator/users/${id}`, '/emulator/clock', '/emulator/nowhere']) {
    const answer = await send(loopback.port, path, { headers });
    expect([answer.status, answer.headers['content-type'], answer.text]).toStrictEqual([
      401,
      'application/problem+json',
      '{"type":"about:blank","title":"Unauthorized","status":401,"code":"unauthorized"}',
    ]);
  }
});

test.each(['10.0.0.7', '::ffff:10.0.0.7', '127.0.0.1.example', '2001:db8::1'])(
  'a caller at %s is not local',
  async (remoteAddress) => {
    const { fetch } = createEmulator({ apiKey: API_KEY, operatorKey: OPERATOR_KEY });
    const request = new Request('http://localhost/emulator/users/1', {
      headers: { Authorization: `Bearer ${OPERATOR_KEY}` },
    });
    const answer = await fetch(request, { incoming: { socket: { remoteAddress } } });
    expect([answer.status, (await answer.json()).code]).toStrictEqual([403, 'not-local']);
  },
);

test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', undefined])(
  'a caller at %s is served',
  async (remoteAddress) => {
    const { fetch, addUser } = createEmulator({ apiKey: API_KEY, operatorKey: OPERATOR_KEY });
    const { authyId } = addUser({ secret: RFC_SEED });
    const request = new Request(`http://localhost/emulator/users/${authyId}`, {
      headers: { Authorization: `Bearer ${OPERATOR_KEY}` },
    });
    const answer = await fetch(request, { incoming: { socket: { remoteAddress } } });
    expect(answer.status).toBe(200);
  },
);

test.each([
  ['/emulator/clock', '{"offset":"240"}', 422, 'offset'],
  ['/emulator/clock', '{"offset":1e99}', 422, 'offset'],
  ['/emulator/clock', '{}', 422, 'offset'],
  ['/emulator/clock', '{"offset":null}', 422, 'offset'],
  ['/emulator/clock', '{"offset":1,"ofset":1}', 422, 'ofset'],
  ['/emulator/clock', '[]', 422, undefined],
  ['/emulator/faults', '[]', 422, undefined],
  ['/emulator/clock', '{"offset":', 400, undefined],
  ['/emulator/clock', '', 400, undefined],
  ['/emulator/faults', '{"down":"yes"}', 422, 'down'],
  ['/emulator/faults', '{"lostReply":-1}', 422, 'lostReply'],
  ['/emulator/faults', '{"lostReply":1.5}', 422, 'lostReply'],
  ['/emulator/faults', '{"lost":true}', 422, 'lost'],
  ['/emulator/users/100001', '{"suspended":1}', 422, 'suspended'],
  ['/emulator/users/100001', 'null', 422, undefined],
])('PUT %s %s is refused by name', async (path, body, status, field) => {
  const loopback = await serveEmulator();
  expect(addUser(loopback)).toBe('100001');
  const answer = await loopback.operator(path, { method: 'PUT', body });
  const problem = JSON.parse(answer.text);
  expect([answer.status, problem.status, problem.field]).toStrictEqual([status, status, field]);
  expect(answer.headers['content-type']).toBe('application/problem+json');
});

test('a body over 16 KiB is refused, with a length and without', async () => {
  const { operator } = await serveEmulator();
  const body = `{"offset":${' '.repeat(17_000)}1}`;
  for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
    const answer = await operator('/emulator/clock', { method: 'PUT', headers, body });
    expect([answer.status, JSON.parse(answer.text).code]).toStrictEqual([413, 'too-large']);
  }
});

test('a user or path that is not there is 404', async () => {
  const { operator } = await serveEmulator();
  const codes = [];
  for (const [path, sent] of [
    ['/emulator/users/1', undefined],
    ['/emulator/users/1', json({ suspended: true }, 'PUT')],
    ['/emulator/nowhere', undefined],
  ] as const) {
    const { status, text } = await operator(path, sent);
    codes.push([status, JSON.parse(text).code]);
  }
  expect(codes).toStrictEqual([
    [404, 'no-such-user'],
    [404, 'no-such-user'],
    [404, 'no-such-url'],
  ]);
});
