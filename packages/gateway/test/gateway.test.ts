import { AUTHY_APP, importKey, totp } from '@driftlock/totp-core';
import type { Authority } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { createEmulator } from '../src/emulator/index.js';
import { createGateway, type GatewayOptions, memoryStores } from '../src/index.js';
import { START } from './served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const keys = { operator: 'operator-key-1f0c', authy: 'authy-key-77ab' };
const policy = { mode: 'authority-first' } as const;
const now = () => START;

function inProcess(options: GatewayOptions) {
  const gateway = createGateway({ now, ...options });
  const work: Promise<unknown>[] = [];
  const ctx = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
  async function call(method: string, path: string, body?: unknown) {
    const request = new Request(`http://gateway${path}`, {
      method,
      headers: { Authorization: `Bearer ${keys.operator}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await gateway.fetch(request, undefined, ctx);
    return { status: response.status, body: await response.json() };
  }
  return { call, work };
}

const yes: Authority = {
  verify: async () => ({ ruling: 'valid' }),
  status: async () => 'active',
};

const code = totp(importKey(SECRET), { at: START });

test('emulate: the emulator has the last word, in process where no server is', async () => {
  const { call, work } = inProcess({ mode: 'emulate', keys, policy: { mode: 'local-first' } });
  const created = await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  expect(created.status).toBe(201);
  const { body } = await call('POST', '/v1/accounts/ana/verify', { code });
  expect(body).toMatchObject({ accepted: true, standing: 'provisional' });
  expect(work.length).toBeGreaterThan(0);
  await Promise.all(work);
  const settled = await call('GET', `/v1/decisions/${body.id}`);
  expect(settled.body).toMatchObject({ standing: 'confirmed', settlement: 'confirmed' });
});

test('emulate: a reply lost in process settles ambiguous too', async () => {
  const { call, work } = inProcess({ mode: 'emulate', keys, policy: { mode: 'local-first' } });
  await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  await call('PUT', '/emulator/faults', { lostReply: 1 });
  const { body } = await call('POST', '/v1/accounts/ana/verify', { code });
  await Promise.all(work);
  const settled = await call('GET', `/v1/decisions/${body.id}`);
  expect(settled.body.settlement).toBe('ambiguous');
});

test('proxy: the given authority is asked about the account’s user, with or without a seed', async () => {
  const asked: string[] = [];
  const authority: Authority = {
    verify: async ({ user }) => {
      asked.push(user);
      return { ruling: 'valid' };
    },
    status: async () => 'suspended',
  };
  const { call } = inProcess({ mode: 'proxy', keys, policy, authority });
  await call('POST', '/v1/accounts', { id: 'ana', authyId: '17' });
  await call('POST', '/v1/accounts', { id: 'bob', authyId: '18', secret: SECRET });
  const verified = await call('POST', '/v1/accounts/ana/verify', { code: '0000000' });
  expect(verified.body).toMatchObject({ accepted: true, by: 'authority', standing: 'confirmed' });
  await call('POST', '/v1/accounts/bob/verify', { code });
  expect(asked).toStrictEqual(['17', '18']);
  const shown = await call('GET', '/v1/accounts/ana');
  expect(shown.body).toStrictEqual({
    id: 'ana',
    authyId: '17',
    status: 'suspended',
    credentials: [],
  });
});

test('proxy: an account without a user there could never be verified', async () => {
  const { call } = inProcess({ mode: 'proxy', keys, policy, authority: yes });
  const { status, body } = await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  expect([status, body.field]).toStrictEqual([422, 'authyId']);
});

test('authority: the held seed has the last word', async () => {
  const { call } = inProcess({ mode: 'authority', keys, policy });
  const created = await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  expect([created.status, created.body]).toStrictEqual([201, { id: 'ana' }]);
  const accepted = await call('POST', '/v1/accounts/ana/verify', { code });
  expect(accepted.body).toMatchObject({ accepted: true, by: 'local', standing: 'confirmed' });
  const replayed = await call('POST', '/v1/accounts/ana/verify', { code });
  expect(replayed.body).toMatchObject({ accepted: false, reason: 'replayed' });
  const shown = await call('GET', '/v1/accounts/ana');
  expect(shown.body).toStrictEqual({ id: 'ana', status: 'active', credentials: ['totp-6-30-0'] });
  const seedless = await call('POST', '/v1/accounts', { id: 'bob', authyId: '17' });
  expect([seedless.status, seedless.body.field]).toStrictEqual([422, 'secret']);
});

test('authority: what confirmed codes taught of a clock moves its window', async () => {
  const clock = { at: START };
  const { call } = inProcess({ mode: 'authority', keys, policy, now: () => clock.at });
  await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET, ...AUTHY_APP });
  const app = importKey(SECRET, AUTHY_APP);
  const verify = async (slow: number) => {
    const { body } = await call('POST', '/v1/accounts/ana/verify', {
      code: totp(app, { at: clock.at - slow * 1000 }),
    });
    return body.accepted;
  };
  expect(await verify(70)).toBe(false);
  for (const slow of [40, 55]) {
    clock.at += 60_000;
    expect(await verify(slow)).toBe(true);
  }
  clock.at += 60_000;
  expect(await verify(70)).toBe(true);
});

test('a store that keeps neither drift nor settlement harms no decision', async () => {
  const broken = async () => {
    throw new Error('disk full');
  };
  const stores = memoryStores({ now });
  stores.drift.learn = broken;
  stores.decisions.settle = broken;
  const { call, work } = inProcess({
    mode: 'emulate',
    keys,
    policy: { mode: 'local-first' },
    stores,
  });
  await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  const { body } = await call('POST', '/v1/accounts/ana/verify', { code });
  await Promise.all(work);
  const settled = await call('GET', `/v1/decisions/${body.id}`);
  expect(settled.body).toMatchObject({ standing: 'confirmed', settlement: 'confirmed' });
});

test('only in emulate does an emulator answer', async () => {
  for (const { call } of [
    inProcess({ mode: 'authority', keys, policy }),
    inProcess({ mode: 'proxy', keys, policy, authority: yes }),
  ]) {
    for (const path of ['/emulator/users/1', '/emulator/messages']) {
      const { status, body } = await call('GET', path);
      expect([status, body.code]).toStrictEqual([404, 'no-such-url']);
    }
  }
});

test('options that do not fit their mode are refused', () => {
  const make = (options: unknown) => () => createGateway(options as GatewayOptions);
  expect(make({ mode: 'other', keys, policy })).toThrow('mode must be');
  expect(make({ mode: 'proxy', keys, policy })).toThrow('proxy needs an authority');
  expect(make({ mode: 'authority', keys, policy, authority: yes })).toThrow('takes no authority');
  expect(make({ mode: 'emulate', policy })).toThrow('keys.operator');
  expect(make({ mode: 'emulate', keys: { operator: '' }, policy })).toThrow('keys.operator');
  expect(make({ mode: 'emulate', keys: { operator: 'two words' }, policy })).toThrow('operator');
  expect(make({ mode: 'emulate', keys: { ...keys, authy: 7 }, policy })).toThrow('keys.authy');
  const emulator = createEmulator({ apiKey: 'a', operatorKey: 'b' });
  expect(make({ mode: 'authority', keys, policy, emulator })).toThrow('takes an emulator');
  expect(make({ mode: 'emulate', keys })).toThrow('policy.mode');
});

test('a clock that is passed in is believed as far as it says', async () => {
  const state = { now: 'unsafe' as 'safe' | 'unsafe' };
  const clock = {
    read: async () => ({ at: START, state: state.now }),
    witness: async () => {},
    trust: async () => {},
  };
  const witnessed = { mode: 'local-first', clock: 'witnessed' } as const;
  const { call } = inProcess({ mode: 'authority', keys, policy: witnessed, clock });
  await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  const refused = await call('POST', '/v1/accounts/ana/verify', { code });
  expect(refused.body).toMatchObject({ accepted: false, reason: 'clock-unsafe' });
  state.now = 'safe';
  const accepted = await call('POST', '/v1/accounts/ana/verify', { code });
  expect(accepted.body).toMatchObject({ accepted: true, standing: 'confirmed' });
  expect(() => createGateway({ mode: 'authority', keys, policy: witnessed })).toThrow(TypeError);
});

test('a double click is one login and one replay, and latches nobody', async () => {
  const events: string[] = [];
  const onEvent = ({ type }: { type: string }) => void events.push(type);
  const { call } = inProcess({ mode: 'emulate', keys, policy, onEvent });
  await call('POST', '/v1/accounts', { id: 'ana', secret: SECRET });
  const verify = () => call('POST', '/v1/accounts/ana/verify', { code });
  const bodies = (await Promise.all([verify(), verify()])).map(({ body }) => body);
  expect(bodies.filter(({ accepted }) => accepted)).toHaveLength(1);
  expect(bodies.find(({ accepted }) => !accepted)).toMatchObject({ reason: 'replayed' });
  expect(events).not.toContain('latched');
});
