import { AUTHY_APP, importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { API_KEY, form, json, type Loopback, RFC_SEED, send, serveEmulator } from './loopback.js';

const USER = { email: 'a@b.example', cellphone: '317-338-9302', country_code: '1' };
const FIRST = 100_001;
/** Good at the loopback clock's start for RFC_SEED as an Authy app token. */
const GOOD = '2476215';

function addUser({ emulator }: Loopback) {
  return emulator.addUser({ secret: RFC_SEED, params: AUTHY_APP }).authyId;
}

async function statusAndText(answer: Promise<{ status: number; text: string }>) {
  const { status, text } = await answer;
  return [status, text];
}

test.each([
  ['JSON', '', json({ user: { ...USER, country_code: 1 }, send_install_link_via_sms: false })],
  ['form', '', form(Object.fromEntries(Object.entries(USER).map(([k, v]) => [`user[${k}]`, v])))],
  [
    'query',
    `?${new URLSearchParams(Object.entries(USER).map(([k, v]) => [`user[${k}]`, v]))}`,
    { method: 'POST' },
  ],
])('users/new takes its parameters as %s', async (_, query, sent) => {
  const { authy } = await serveEmulator();
  expect(await statusAndText(authy(`/protected/json/users/new${query}`, sent))).toStrictEqual([
    200,
    `{"message":"User created successfully.","user":{"id":${FIRST}},"success":true}`,
  ]);
  expect(await statusAndText(authy(`/protected/json/users/${FIRST}/status`))).toStrictEqual([
    200,
    `{"status":{"authy_id":${FIRST},"confirmed":false,"registered":true,"country_code":1,"phone_number":"XXX-XXX-9302","devices":["android"],"has_hard_token":false,"account_disabled":false,"email":"a@b.example","detailed_devices":[{"device_type":"authy","os_type":"android","registration_device_id":null,"registration_method":null,"device_id":500001,"last_sync_date":null,"creation_date":1111111109}],"deleted_devices":[]},"message":"User status.","success":true}`,
  ]);
});

test('registering a phone number again answers the same user', async () => {
  const { authy } = await serveEmulator();
  const ids = [];
  for (const cellphone of ['3173389302', '(317) 338-9302', '3173389303']) {
    const { text } = await authy(
      '/protected/json/users/new',
      json({ user: { ...USER, cellphone } }),
    );
    ids.push(JSON.parse(text).user.id);
  }
  expect(ids).toStrictEqual([FIRST, FIRST, FIRST + 1]);
});

test('user data that is refused is named field by field, twice', async () => {
  const { authy } = await serveEmulator();
  const sent = json({ user: { ...USER, cellphone: 'abc' } });
  expect(await statusAndText(authy('/protected/json/users/new', sent))).toStrictEqual([
    400,
    '{"message":"User was not valid","cellphone":"is invalid","success":false,"errors":{"message":"User was not valid","cellphone":"is invalid"},"error_code":"60027"}',
  ]);
});

test('a good code is answered in the exact bytes clients look for', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const { status, headers, text } = await loopback.authy(`/protected/json/verify/${GOOD}/${id}`);
  expect(text).toBe(
    `{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":500001,"os_type":"android","registration_date":1111111109,"registration_method":null,"registration_country":null,"registration_region":null,"registration_city":null,"country":null,"region":null,"city":null,"ip":null,"last_account_recovery_at":null,"last_sync_date":null}}`,
  );
  expect([status, headers['content-type'], headers['cache-control']]).toStrictEqual([
    200,
    'application/json',
    'no-store',
  ]);
  const after = await loopback.authy(`/protected/json/users/${id}/status`);
  expect(JSON.parse(after.text).status.confirmed).toBe(true);
});

test('a used code, a wrong one and an unknown user are three answers', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const verify = (token: string, user = id) =>
    statusAndText(loopback.authy(`/protected/json/verify/${token}/${user}`));
  await verify(GOOD);
  expect(await verify(GOOD)).toStrictEqual([
    401,
    '{"message":"Token is invalid. Token was used recently.","token":"is invalid","success":false,"errors":{"message":"Token is invalid. Token was used recently."},"error_code":"60019"}',
  ]);
  expect(await verify('0000000')).toStrictEqual([
    401,
    '{"message":"Token is invalid.","token":"is invalid","success":false,"errors":{"message":"Token is invalid."},"error_code":"60020"}',
  ]);
  expect(await verify(GOOD, '1')).toStrictEqual([
    404,
    '{"message":"User doesn\'t exist.","success":false,"errors":{"message":"User doesn\'t exist."},"error_code":"60016"}',
  ]);
});

test.each(['', '?force=true', '?force=false'])(
  'an unconfirmed user is not waved through with "%s"',
  async (query) => {
    const loopback = await serveEmulator();
    const id = addUser(loopback);
    const { status } = await loopback.authy(`/protected/json/verify/0000000/${id}${query}`);
    expect(status).toBe(401);
  },
);

test.each([
  '1',
  '123456',
  '12345678',
  '12345678901234567',
  'abcdefg',
  '%EF%BC%91234567',
  '123456%00',
  '-476215',
  '2476215%20',
  '%20247621',
  '24762.5',
])('a token of another shape is an invalid token: %s', async (token) => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const { status, text } = await loopback.authy(`/protected/json/verify/${token}/${id}`);
  expect([status, JSON.parse(text).error_code]).toStrictEqual([401, '60020']);
});

test('of fifty requests with one code exactly one is answered yes', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => loopback.authy(`/protected/json/verify/${GOOD}/${id}`)),
  );
  const tally: Record<string, number> = {};
  for (const { status, text } of answers) {
    const key = `${status} ${JSON.parse(text).error_code}`;
    tally[key] = (tally[key] ?? 0) + 1;
  }
  expect(tally).toStrictEqual({ '200 undefined': 1, '401 60019': 49 });
});

test('two users with one seed use up their codes each for themselves', async () => {
  const loopback = await serveEmulator();
  for (const id of [addUser(loopback), addUser(loopback)]) {
    expect((await loopback.authy(`/protected/json/verify/${GOOD}/${id}`)).status).toBe(200);
  }
});

test("a code of any of the user's seeds is good", async () => {
  const loopback = await serveEmulator();
  const { authy, operator, emulator, clock } = loopback;
  const id = addUser(loopback);
  expect(emulator.addUser({ secret: RFC_SEED, authyId: id })).toStrictEqual({ authyId: id });
  const { text } = await operator(`/emulator/users/${id}`);
  const { secret, params } = parseUri(JSON.parse(text).app.uri);
  const app = totp(importKey(secret, params), { at: clock.now });
  for (const code of [GOOD, '081804', app]) {
    expect((await authy(`/protected/json/verify/${code}/${id}`)).status).toBe(200);
  }
});

test.each(['users/ID/delete', 'users/delete/ID', 'users/ID/remove'])(
  'POST %s removes the user',
  async (path) => {
    const loopback = await serveEmulator();
    const id = addUser(loopback);
    const remove = () =>
      statusAndText(loopback.authy(`/protected/json/${path.replace('ID', id)}`, json({})));
    expect(await remove()).toStrictEqual([
      200,
      '{"message":"User removed from application","success":true}',
    ]);
    const gone = [
      404,
      '{"message":"User not found.","success":false,"errors":{"message":"User not found."},"error_code":"60026"}',
    ];
    expect(await remove()).toStrictEqual(gone);
    expect(await statusAndText(loopback.authy(`/protected/json/users/${id}/status`))).toStrictEqual(
      gone,
    );
    expect((await loopback.authy(`/protected/json/verify/${GOOD}/${id}`)).text).toContain('60016');
  },
);

test.each([
  ['no key', '', {}],
  ['an empty key', '', { headers: { 'X-Authy-API-Key': '' } }],
  ['a wrong key', '', { headers: { 'X-Authy-API-Key': `${API_KEY}x` } }],
  ['a wrong key in the query', '?api_key=wrong', {}],
  [
    'a wrong header over a right query',
    `?api_key=${API_KEY}`,
    { headers: { 'X-Authy-API-Key': 'x' } },
  ],
])('%s is 401 60001', async (_, query, sent) => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const answer = send(loopback.port, `/protected/json/verify/${GOOD}/${id}${query}`, sent);
  expect(await statusAndText(answer)).toStrictEqual([
    401,
    '{"message":"Invalid API key","success":false,"errors":{"message":"Invalid API key"},"error_code":"60001"}',
  ]);
  expect((await loopback.authy(`/protected/json/verify/${GOOD}/${id}`)).status).toBe(200);
});

test('the key is taken from the query, and from a form or JSON body', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const path = `/protected/json/users/${id}/secret`;
  const statuses = [
    await send(loopback.port, `/protected/json/users/${id}/status?api_key=${API_KEY}`),
    await send(loopback.port, `${path}?api_key=${API_KEY}`, { method: 'POST' }),
    await send(loopback.port, path, form({ api_key: API_KEY })),
    await send(loopback.port, path, json({ api_key: API_KEY })),
  ].map(({ status }) => status);
  expect(statuses).toStrictEqual([200, 200, 200, 200]);
});

test.each([
  '/',
  '/protected/json/verify//100001',
  '/protected/json/verify/2476215',
  '/protected/json/verify/../nowhere/100001',
  '/protected/json/verify/%2e%2e/nowhere/100001',
  '/protected/json/verify/2476215/100001/',
  '/protected/xml/verify/2476215/100001',
  '/protected/json/sms',
  '/onetouch/json/approval_requests',
])('%s is no URL of the API', async (path) => {
  const loopback = await serveEmulator();
  addUser(loopback);
  expect(await statusAndText(loopback.authy(path))).toStrictEqual([
    404,
    '{"message":"Requested URL was not found.","success":false,"errors":{"message":"Requested URL was not found."}}',
  ]);
  expect((await send(loopback.port, path)).status).toBe(404);
});

test.each(['..%2fsms', '%2e%2e%2fsms', '..%5Csms', '%252e%252e', '%E0%A4%A'])(
  'a token that would leave its segment stays in it: %s',
  async (token) => {
    const loopback = await serveEmulator();
    const id = addUser(loopback);
    const { status, text } = await loopback.authy(`/protected/json/verify/${token}/${id}`);
    expect([status, JSON.parse(text).error_code]).toStrictEqual([401, '60020']);
  },
);

test.each(['0', '-1', '1e5', '0100001', '100001.0', '%2e%2e%2f100001', 'NaN'])(
  'an id of another shape is an unknown user: %s',
  async (id) => {
    const loopback = await serveEmulator();
    addUser(loopback);
    const { status, text } = await loopback.authy(`/protected/json/users/${id}/status`);
    expect([status, JSON.parse(text).error_code]).toStrictEqual([404, '60026']);
  },
);

test('a body that is not JSON, not UTF-8 or too large is refused', async () => {
  const { authy } = await serveEmulator();
  const type = { 'Content-Type': 'application/json' };
  const answers = [];
  for (const body of ['{"user":', Uint8Array.of(0x7b, 0xff), `{"a":"${'x'.repeat(17_000)}"}`]) {
    const sent = { method: 'POST', headers: type, body };
    const { status, text } = await authy('/protected/json/users/new', sent);
    answers.push([status, JSON.parse(text).error_code]);
  }
  expect(answers).toStrictEqual([
    [400, '60002'],
    [400, '60005'],
    [413, '60002'],
  ]);
});

test('no seed is in any answer or header of the API', async () => {
  const loopback = await serveEmulator();
  const { authy, operator } = loopback;
  const id = addUser(loopback);
  const said: string[] = [];
  const hear = async (path: string, sent?: Parameters<typeof authy>[1]) => {
    const { text, headers } = await authy(path, sent);
    said.push(text, JSON.stringify(headers));
  };
  await hear('/protected/json/users/new', json({ user: USER }));
  await hear(`/protected/json/users/${id}/secret`, json({}));
  await hear(`/protected/json/users/${id}/status`);
  await hear(`/protected/json/verify/${GOOD}/${id}`);
  await hear(`/protected/json/verify/${GOOD}/${id}`);
  await hear(`/protected/json/verify/0000000/${id}`);
  const { text } = await operator(`/emulator/users/${id}`);
  const { app, generic } = JSON.parse(text);
  const seeds = [app.uri, generic.uri].map((uri: string) => parseUri(uri).secret);
  await hear(`/protected/json/users/${id}/delete`, json({}));
  const seed = Buffer.from(RFC_SEED);
  const canaries = [
    ...seeds,
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    seed.toString('latin1'),
    seed.toString('hex'),
    seed.toString('base64'),
    'otpauth',
  ];
  const heard = said.join('\n').toLowerCase();
  expect(said).toHaveLength(14);
  expect(canaries.filter((canary) => heard.includes(canary.toLowerCase()))).toStrictEqual([]);
});
