import { importKey, totp } from '@driftlock/totp-core';
import { createClock } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { createGateway } from '../../src/index.js';
import { AUTHY, OPERATOR, START } from '../served.js';
import { fail, no, open, SECRET, told, world, YES } from './opened.js';

const GOOD =
  '{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":null,"os_type":null,' +
  '"registration_date":null,"registration_method":null,"registration_country":null,"registration_region":null,' +
  '"registration_city":null,"country":null,"region":null,"city":null,"ip":null,"last_account_recovery_at":null,' +
  '"last_sync_date":null}}';
const WRONG =
  '{"message":"Token is invalid.","token":"is invalid","success":false,"errors":{"message":"Token is invalid."},' +
  '"error_code":"60020"}';
const USED =
  '{"message":"Token is invalid. Token was used recently.","token":"is invalid","success":false,' +
  '"errors":{"message":"Token is invalid. Token was used recently."},"error_code":"60019"}';
const UNKNOWN =
  '{"message":"User doesn\'t exist.","success":false,"errors":{"message":"User doesn\'t exist."},"error_code":"60016"}';
const FAILED =
  '{"message":"An error occurred","success":false,"errors":{"message":"An error occurred"},"error_code":"60000"}';
const SUSPENDED =
  '{"message":"User is suspended.","success":false,"errors":{"message":"User is suspended."},"error_code":"60017"}';

test('authority: a code is good once, in the bytes that every client takes', async () => {
  const { enrol } = open();
  const { code, verify } = await enrol('ana', '17');
  const first = await verify(code());
  expect(told(first)).toStrictEqual([200, GOOD]);
  expect(first.headers.get('Content-Type')).toBe('application/json');
  expect(first.headers.get('Cache-Control')).toBe('no-store');
  expect(told(await verify(code()))).toStrictEqual([401, USED]);
});

test.each([['0000000'], ['12345'], ['1234567890'], ['abcdefg'], ['１２３４５６７'], ['%00']])(
  'authority: %s is a wrong code',
  async (code) => {
    const { enrol } = open();
    const { verify } = await enrol('ana', '17');
    expect(told(await verify(code))).toStrictEqual([401, WRONG]);
  },
);

test('a code spent at one door is spent at the other, and the reverse, with an authority or without', async () => {
  for (const options of [{}, { mode: 'proxy', authority: world().authority } as const]) {
    const { clock, enrol } = open(options);
    const { code, verify, verifyHere } = await enrol('ana', '17');
    expect((await verify(code())).status).toBe(200);
    expect((await verifyHere(code())).body).toMatchObject({ accepted: false, reason: 'replayed' });
    clock.at += 10_000;
    expect((await verifyHere(code())).body).toMatchObject({ accepted: true });
    expect(told(await verify(code()))).toStrictEqual([401, USED]);
  }
});

test('a hundred at once at both doors: one is let in', async () => {
  const { enrol } = open({ policy: { mode: 'authority-first', attempts: LOOSE } });
  const { code, verify, verifyHere } = await enrol('ana', '17');
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) =>
      i % 2 ? (await verify(code())).status === 200 : (await verifyHere(code())).body.accepted,
    ),
  );
  expect(answers.filter((accepted) => accepted)).toStrictEqual([true]);
});

const LOOSE = { limit: 1000, per: 900, lock: 1000 };

test('who nobody knows, and what is no id, is an unknown user', async () => {
  const { authy } = open();
  for (const id of ['17', '0', '007', 'ana', '-1', '9'.repeat(16), 'authy:17']) {
    const answer = await authy('GET', `/protected/json/verify/1234567/${id}`);
    expect(told(answer)).toStrictEqual([404, UNKNOWN]);
  }
});

test('too many wrong codes make everybody wait, and the wait is told', async () => {
  const { enrol, clock } = open({
    policy: { mode: 'authority-first', attempts: { ...LOOSE, limit: 2 } },
  });
  const { code, verify, verifyHere } = await enrol('ana', '17');
  await verify('0000000');
  await verifyHere('0000000');
  const answer = await verify(code());
  expect([answer.status, answer.body.error_code, answer.headers.get('Retry-After')]).toStrictEqual([
    429,
    '60003',
    '30',
  ]);
  expect('token' in answer.body).toBe(false);
  clock.at += 30_000;
  expect((await verify(code())).status).toBe(200);
});

test('a locked account is told as too many, too', async () => {
  const { enrol } = open({ policy: { mode: 'authority-first', attempts: { ...LOOSE, lock: 1 } } });
  const { code, verify } = await enrol('ana', '17');
  await verify('0000000');
  const { status, headers } = await verify(code());
  expect([status, headers.get('Retry-After')]).toStrictEqual([429, '3600']);
});

test('a clock that nobody vouches for accepts nothing, and says nothing of the code', async () => {
  const clock = createClock({ now: () => START });
  const { enrol } = open({ clock, policy: { mode: 'authority-first', clock: 'witnessed' } });
  const { code, verify } = await enrol('ana', '17');
  expect(told(await verify(code()))).toStrictEqual([503, FAILED, '2']);
  await clock.trust();
  expect(told(await verify(code()))).toStrictEqual([200, GOOD]);
});

test('a store that fails lets nobody in and says nothing of the code', async () => {
  const { memoryStores } = await import('../../src/index.js');
  const stores = memoryStores();
  const { enrol } = open({ stores });
  const { code, verify } = await enrol('ana', '17');
  stores.ledger.take = async () => {
    throw new Error('gone');
  };
  expect(told(await verify(code()))).toStrictEqual([503, FAILED, '2']);
});

test.each([
  ['valid', YES, [200, GOOD]],
  ['mismatch', no('mismatch'), [401, WRONG]],
  ['reused', no('reused'), [401, USED]],
  ['unknown', no('unknown-user'), [404, UNKNOWN]],
  ['suspended', no('suspended'), [503, SUSPENDED]],
  ['down', fail('down'), [503, FAILED, '2']],
  ['ambiguous', fail('ambiguous'), [503, FAILED, '2']],
  ['refused', fail('refused'), [503, FAILED, '2']],
] as const)('proxy: without a seed, %s is what the authority says', async (_, reply, expected) => {
  const { authority } = world(reply);
  const { operator, authy } = open({ mode: 'proxy', authority });
  await operator('POST', '/accounts', { id: 'ana', authyId: '17' });
  const answer = await authy('GET', '/protected/json/verify/1234567/17');
  expect(told(answer)).toStrictEqual(expected);
});

test.each([
  ['down', undefined, 503],
  ['down', 'refuse', 503],
  ['down', 'accept', 200],
  ['ambiguous', 'accept', 200],
  ['refused', 'accept', 503],
] as const)(
  'proxy: a held seed while the authority is %s, %s: %i',
  async (kind, provisional, status) => {
    const { authority } = world(fail(kind));
    const { enrol } = open({
      mode: 'proxy',
      authority,
      policy: { mode: 'authority-first', liveDeadline: 50 },
      door: provisional ? { provisional } : {},
    });
    const { code, verify } = await enrol('ana', '17');
    expect((await verify(code())).status).toBe(status);
  },
);

test.each([
  ['yes', YES, [200, GOOD]],
  ['no', no('mismatch'), [401, WRONG]],
] as const)('proxy: a provisional decision waits for its %s', async (_, reply, expected) => {
  const { authority } = world(reply);
  const slow = {
    ...authority,
    verify: async (question: Parameters<typeof authority.verify>[0]) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return authority.verify(question);
    },
  };
  const { enrol } = open({
    mode: 'proxy',
    authority: slow,
    policy: { mode: 'local-first', liveDeadline: 30_000 },
    door: { provisional: 'accept' },
  });
  const { code, verify } = await enrol('ana', '17');
  expect(told(await verify(code()))).toStrictEqual(expected);
});

test('proxy: a user nobody told us of is one if the authority says so, and is remembered then', async () => {
  const { told: authority, authority: asked } = world(no('unknown-user'));
  const { authy, operator, clock } = open({ mode: 'proxy', authority: asked });
  const verify = (code: string) => authy('GET', `/protected/json/verify/${code}/17`);
  const accounts = async () => (await operator('GET', '/accounts')).body.accounts;
  expect(told(await verify('1234567'))).toStrictEqual([404, UNKNOWN]);
  expect(await accounts()).toStrictEqual([]);
  clock.at += 60_000;
  authority.reply = YES;
  expect(told(await verify('1234567'))).toStrictEqual([200, GOOD]);
  expect(await accounts()).toStrictEqual([{ id: 'authy:17' }]);
  expect(authority.asked).toStrictEqual(['17', '17']);
  const taken = await operator('POST', '/accounts', { id: 'ana', authyId: '17' });
  expect(taken.body.code).toBe('account-exists');
});

test('proxy: a user whose code was wrong is one all the same', async () => {
  const { authority } = world(no('mismatch'));
  const { authy, operator } = open({ mode: 'proxy', authority });
  expect(told(await authy('GET', '/protected/json/verify/1234567/17'))).toStrictEqual([401, WRONG]);
  const { body } = await operator('GET', '/accounts');
  expect(body.accounts).toStrictEqual([{ id: 'authy:17' }]);
});

test('proxy: a user whom another account took meanwhile is let in by neither', async () => {
  const { told: authority, authority: asked } = world();
  const { authy, operator } = open({ mode: 'proxy', authority: asked });
  authority.reply = YES;
  const verify = asked.verify;
  asked.verify = async (question) => {
    await operator('POST', '/accounts', { id: 'ana', authyId: '17' });
    return verify(question);
  };
  expect(told(await authy('GET', '/protected/json/verify/1234567/17'))).toStrictEqual([
    503,
    FAILED,
    '2',
  ]);
});

test('outside emulate the two keys differ, and without a second one there is no door', async () => {
  const policy = { mode: 'authority-first' } as const;
  const keys = { operator: OPERATOR, authy: OPERATOR };
  expect(() => createGateway({ mode: 'authority', keys, policy })).toThrow(
    'keys.authy must differ from keys.operator',
  );
  expect(() =>
    createGateway({ mode: 'authority', keys: { operator: OPERATOR }, policy, door: {} }),
  ).toThrow('door needs keys.authy');
  const { call } = open({ keys: { operator: OPERATOR } });
  const answer = await call('/protected/json/verify/1234567/17');
  expect([answer.status, answer.body.code]).toStrictEqual([404, 'no-such-url']);
});

test('each door has its key, and neither opens the other', async () => {
  const { call } = open();
  const verify = '/protected/json/verify/1234567/17';
  const statuses = [];
  for (const [path, headers] of [
    [verify, {}],
    [verify, { 'X-Authy-API-Key': OPERATOR }],
    [`${verify}?api_key=${OPERATOR}`, {}],
    [verify, { Authorization: `Bearer ${AUTHY}` }],
    [verify, { 'X-Authy-API-Key': AUTHY }],
    [`${verify}?api_key=${AUTHY}`, {}],
    [`${verify}?app_api_key=${AUTHY}`, {}],
    [`/dashboard/json/application/webhooks?app_api_key=${AUTHY}`, {}],
    [`/dashboard/json/application/webhooks?api_key=${AUTHY}`, {}],
    ['/v1/accounts', { Authorization: `Bearer ${AUTHY}` }],
    ['/v1/accounts', { 'X-Authy-API-Key': AUTHY }],
  ] as [string, Record<string, string>][]) {
    const { status, body } = await call(path, { headers });
    statuses.push(`${status} ${body.error_code ?? body.code}`);
  }
  expect(statuses).toStrictEqual([
    ...Array(4).fill('401 60001'),
    '404 60016',
    '404 60016',
    '401 60001',
    '503 60099',
    '401 60001',
    '401 unauthorized',
    '401 unauthorized',
  ]);
});

test('an unknown URL is unknown in Authy’s words, with a key or without', async () => {
  const { call, authy } = open();
  const text =
    '{"message":"Requested URL was not found.","success":false,"errors":{"message":"Requested URL was not found."}}';
  expect(told(await call('/protected/json/nowhere'))).toStrictEqual([404, text]);
  expect(told(await authy('GET', '/protected/json/verify//17'))).toStrictEqual([404, text]);
  expect(told(await authy('GET', '/protected/xml/verify/1234567/17'))).toStrictEqual([404, text]);
});

test('a code the authority accepted is not good again once its seed is held here', async () => {
  const { authority } = world();
  const { authy, operator, clock } = open({
    ...{ mode: 'proxy', authority },
    policy: { mode: 'local-first' },
  });
  const key = importKey(SECRET);
  const give = (user: string) =>
    operator('POST', `/accounts/authy:${user}/credentials`, { secret: SECRET });
  const type = async (user: string) => {
    const code = totp(key, { at: clock.at });
    return (await operator('POST', `/accounts/authy:${user}/verify`, { code })).body;
  };
  for (const user of ['209', '210']) {
    const code = totp(key, { at: clock.at });
    const { status } = await authy('GET', `/protected/json/verify/${code}/${user}`);
    expect(status).toBe(200);
  }
  expect((await give('209')).status).toBe(201);
  expect(await type('209')).toMatchObject({ accepted: false, reason: 'replayed' });
  // The next may have been accepted as well, by an authority that looks so far ahead.
  clock.at += 60_000;
  expect(await type('209')).toMatchObject({ accepted: true, by: 'local' });
  // Given later, nobody has to wait.
  clock.at += 120_000;
  expect((await give('210')).status).toBe(201);
  expect(await type('210')).toMatchObject({ accepted: true, by: 'local' });
});
