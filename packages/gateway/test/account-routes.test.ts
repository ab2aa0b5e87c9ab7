import { importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { memoryStores } from '../src/stores/memory-stores.js';
import { type Answer, AUTHY, problem, serve } from './served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('an account is created once, with a user of its own at the emulated authority', async () => {
  const { call } = await serve();
  const body = { id: 'ana@example.org', secret: SECRET };
  const created = await call('POST', '/v1/accounts', { body });
  expect([created.status, created.body]).toStrictEqual([
    201,
    { id: 'ana@example.org', authyId: expect.stringMatching(/^\d+$/) },
  ]);
  const shown = await call('GET', '/v1/accounts/ana%40example.org');
  const credentials = ['totp-6-30-0'];
  expect([shown.status, shown.body]).toStrictEqual([
    200,
    { ...created.body, status: 'active', credentials },
  ]);
  expect(problem(await call('POST', '/v1/accounts', { body }))).toStrictEqual({
    status: 409,
    type: 'application/problem+json',
    code: 'account-exists',
    field: 'id',
  });
  const another = `/emulator/users/${Number(created.body.authyId) + 1}`;
  expect((await call('GET', another)).status).toBe(404);
});

test('an account without a seed is given one, and is found by its user', async () => {
  const { call } = await serve();
  const made = await call('POST', '/protected/json/users/new', {
    key: '',
    headers: { 'X-Authy-API-Key': AUTHY },
    body: { user: { email: 'a@example.org', cellphone: '3175550143', country_code: '1' } },
  });
  const authyId = String(made.body.user.id);
  await call('POST', '/v1/accounts', { body: { id: 'ana', authyId } });
  const found = await call('GET', `/v1/accounts?authyId=${authyId}`);
  expect(found.body).toStrictEqual({ accounts: [{ id: 'ana' }] });
  expect((await call('GET', '/v1/accounts?authyId=1')).body).toStrictEqual({ accounts: [] });
  expect((await call('GET', '/v1/accounts/ana')).body.credentials).toStrictEqual([]);

  const path = '/v1/accounts/ana/credentials';
  const given = await call('POST', path, { body: { secret: SECRET, digits: 8 } });
  expect([given.status, given.body]).toStrictEqual([201, { credential: 'totp-8-30-0' }]);
  expect((await call('GET', '/v1/accounts/ana')).body.credentials).toStrictEqual(['totp-8-30-0']);
  const audit = await call('GET', '/v1/audit?account=ana');
  expect(audit.body.entries[0].event).toMatchObject({ type: 'act', act: 'seed' });
  expect(JSON.stringify(audit.body)).not.toContain(SECRET);
});

test.each<[string, object, string]>([
  ['none', {}, 'secret'],
  ['one that is too short', { secret: 'GEZDGNBV' }, 'secret'],
  ['one that is still to come', { secret: SECRET, epoch: 9_999_999_999 }, 'epoch'],
  ['a URI and a period', { uri: 'otpauth://totp/a?secret=AA', period: 30 }, 'uri'],
])('a credential with %s is refused by its field', async (_, body, field) => {
  const { call } = await serve();
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: SECRET } });
  const answer = await call('POST', '/v1/accounts/ana/credentials', { body });
  expect(problem(answer)).toMatchObject({ status: 422, code: 'bad-field', field });
});

test('a seed in the place of another revokes the devices that hold that one', async () => {
  const { call } = await serve();
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: SECRET } });
  const { token: key } = (await call('POST', '/v1/accounts/ana/devices')).body;
  const give = (body: object) => call('POST', '/v1/accounts/ana/credentials', { body });
  expect((await give({ secret: SECRET, digits: 8 })).status).toBe(201);
  expect((await call('GET', '/v1/sync', { key })).status).toBe(200);
  const another = [...SECRET].reverse().join('');
  expect((await give({ secret: another })).status).toBe(201);
  expect(problem(await call('GET', '/v1/sync', { key }))).toMatchObject({ code: 'unauthorized' });
});

test('a credential is given to nobody who is not there', async () => {
  const { call } = await serve();
  const answer = await call('POST', '/v1/accounts/bob/credentials', { body: { secret: SECRET } });
  expect(problem(answer)).toMatchObject({ status: 404, code: 'no-such-account' });
});

test('a seed on another time grid makes no used code good again', async () => {
  const at = 1_795_413_600_000;
  const { call } = await serve({ now: () => at });
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: SECRET } });
  const code = totp(importKey(SECRET), { at });
  const verify = () => call('POST', '/v1/accounts/ana/verify', { body: { code } });
  expect((await verify()).body.accepted).toBe(true);
  const body = { secret: SECRET, epoch: 15 };
  expect((await call('POST', '/v1/accounts/ana/credentials', { body })).status).toBe(201);
  const shifted = totp(importKey(SECRET, { epoch: 15 }), { at });
  expect((await verify()).body.accepted).toBe(false);
  const again = await call('POST', '/v1/accounts/ana/verify', { body: { code: shifted } });
  expect(again.body.accepted).toBe(false);
});

test('an account that names its user gets no other, and needs no seed', async () => {
  const { call } = await serve();
  const made = await call('POST', '/protected/json/users/new', {
    key: '',
    headers: { 'X-Authy-API-Key': AUTHY },
    body: { user: { email: 'a@example.org', cellphone: '3175550142', country_code: '1' } },
  });
  const authyId = String(made.body.user.id);
  const { status, body } = await call('POST', '/v1/accounts', { body: { id: 'ana', authyId } });
  expect([status, body]).toStrictEqual([201, { id: 'ana', authyId }]);
  const verified = await call('POST', '/v1/accounts/ana/verify', { body: { code: '0000000' } });
  expect(verified.body).toMatchObject({ accepted: false, reason: 'mismatch' });
});

test('the status of an account is its user’s at the authority', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  const status = async (): Promise<Answer> => call('GET', '/v1/accounts/ana');
  await call('PUT', `/emulator/users/${ana.authyId}`, { body: { suspended: true } });
  expect((await status()).body.status).toBe('suspended');
  await call('POST', `/protected/json/users/${ana.authyId}/delete`, {
    headers: { 'X-Authy-API-Key': AUTHY },
  });
  expect((await status()).body.status).toBe('unknown');
  await call('PUT', '/emulator/faults', { body: { down: true } });
  const down = await status();
  expect(problem(down)).toStrictEqual({
    status: 503,
    type: 'application/problem+json',
    code: 'unavailable',
    field: undefined,
  });
  expect(down.headers.get('retry-after')).toBe('30');
});

test('accounts are listed in order, a page at a time, and looked for by a part of their name', async () => {
  const { call } = await serve();
  const names = Array.from({ length: 120 }, (_, n) => `user-${String(n).padStart(3, '0')}`);
  for (const id of names.toReversed()) {
    await call('POST', '/v1/accounts', { body: { id, secret: SECRET } });
  }
  const ids = (answer: Answer) => answer.body.accounts.map(({ id }: { id: string }) => id);
  const first = await call('GET', '/v1/accounts');
  expect([ids(first), first.body.after]).toStrictEqual([names.slice(0, 100), 'user-099']);
  const second = await call('GET', `/v1/accounts?after=${first.body.after}`);
  expect([ids(second), second.body.after]).toStrictEqual([names.slice(100), undefined]);
  const found = await call('GET', '/v1/accounts?query=ER-11');
  expect(ids(found)).toStrictEqual(names.slice(110));
});

test('a deleted account is gone, and its codes stay used when it is enrolled anew', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  await ana.verify(ana.code());
  const gone = await call('DELETE', ana.path);
  expect([gone.status, gone.text]).toStrictEqual([204, '']);
  expect((await call('DELETE', ana.path)).status).toBe(404);
  expect((await call('GET', ana.path)).status).toBe(404);
  expect((await ana.verify(ana.code())).status).toBe(404);
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: ana.secret } });
  expect((await ana.verify(ana.code())).body).toMatchObject({
    accepted: false,
    reason: 'replayed',
  });
});

test('what was learned of a clock is forgotten with its account', async () => {
  const { call, enrol, settled } = await serve();
  const ana = await enrol('ana');
  await settled((await ana.verify(ana.code())).body.id);
  expect((await call('GET', `${ana.path}/drift`)).body.observations).toBe(1);
  await call('DELETE', ana.path);
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: ana.secret } });
  expect((await call('GET', `${ana.path}/drift`)).body).toStrictEqual({ observations: 0 });
});

test('an operator unlocks a locked account', async () => {
  const attempts = { limit: 100, per: 900, lock: 3 };
  const { call, enrol } = await serve({ policy: { mode: 'local-first', attempts } });
  const ana = await enrol('ana');
  for (const code of ['000000', '000001', '000002']) await ana.verify(code);
  expect((await ana.verify(ana.code())).body).toMatchObject({ accepted: false, reason: 'locked' });
  const unlocked = await call('POST', `${ana.path}/unlock`);
  expect([unlocked.status, unlocked.text]).toStrictEqual([204, '']);
  expect((await ana.verify(ana.code())).body.accepted).toBe(true);
});

test('no route knows an account that does not exist', async () => {
  const { call } = await serve();
  const body = { code: '000000' };
  const answers = [
    await call('GET', '/v1/accounts/nobody'),
    await call('DELETE', '/v1/accounts/nobody'),
    await call('POST', '/v1/accounts/nobody/unlock'),
    await call('POST', '/v1/accounts/nobody/diagnose', { body }),
    await call('POST', '/v1/accounts/nobody/resynchronize', { body }),
    await call('GET', '/v1/accounts/nobody/drift'),
    await call('GET', '/v1/accounts/%E0%A4%A'),
  ];
  for (const answer of answers) {
    expect(problem(answer)).toStrictEqual({
      status: 404,
      type: 'application/problem+json',
      code: 'no-such-account',
      field: undefined,
    });
  }
});

test('of a seed on its way only the store’s copy is left', async () => {
  const stores = memoryStores();
  const given: Uint8Array[] = [];
  const { create } = stores.accounts;
  stores.accounts.create = async (account) => {
    given.push(...account.seeds.map(({ secret }) => secret));
    return create(account);
  };
  const { enrol } = await serve({ stores });
  const ana = await enrol('ana');
  expect(given).toStrictEqual([new Uint8Array(20)]);
  expect((await ana.verify(ana.code())).body.accepted).toBe(true);
});
