/** What a hostile review found once, each as it was found. */
import { importKey, totp } from '@driftlock/totp-core';
import type { Authority } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { createGateway, type GatewayOptions } from '../src/index.js';
import { serveGateway } from '../src/node.js';
import { START } from './served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const OTHER = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const keys = { operator: 'operator-key-1f0c' };
const policy = { mode: 'authority-first' } as const;

function gatewayAt(options: Partial<GatewayOptions> = {}) {
  const clock = { now: START };
  const now = () => clock.now;
  const gateway = createGateway({ mode: 'authority', keys, policy, now, ...options });
  async function call(method: string, path: string, body?: unknown, headers = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://gateway${path}`, {
      method,
      headers: { Authorization: `Bearer ${keys.operator}`, ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    const response = await gateway.fetch(request);
    const read = response.status === 204 ? undefined : await response.json();
    return { status: response.status, body: read };
  }
  const enrol = (body: object) => call('POST', '/v1/accounts', { id: 'ana', ...body });
  const verify = (code: unknown, key?: string) =>
    call('POST', '/v1/accounts/ana/verify', { code }, key ? { 'Idempotency-Key': key } : {});
  return { clock, gateway, call, enrol, verify };
}

const codeOf = (params = {}) => totp(importKey(SECRET, params), { at: START });

test.each([
  { epoch: 30 },
  { epoch: 60 },
  { digits: 8, period: 60 },
  { algorithm: 'SHA1', period: 15 },
])('a used code is not good again where its account is enrolled anew with %j', async (params) => {
  const { call, enrol, verify } = gatewayAt();
  await enrol({ secret: SECRET });
  expect((await verify(codeOf())).body.accepted).toBe(true);
  await call('DELETE', '/v1/accounts/ana');
  expect((await enrol({ secret: SECRET, ...params })).status).toBe(201);
  for (const code of [codeOf(), codeOf(params)]) {
    expect((await verify(code)).body.accepted).toBe(false);
  }
});

test('an account enrolled anew on the same grid still verifies fresh codes', async () => {
  const { call, clock, enrol, verify } = gatewayAt();
  await enrol({ secret: SECRET });
  await verify(codeOf());
  await call('DELETE', '/v1/accounts/ana');
  await enrol({ secret: SECRET });
  expect((await verify(codeOf())).body).toMatchObject({ reason: 'replayed' });
  clock.now += 30_000;
  const fresh = totp(importKey(SECRET), { at: clock.now });
  expect((await verify(fresh)).body.accepted).toBe(true);
});

test.each([[1e-6], [-30], [30.5], [8.64e12]])('an epoch of %d is refused', async (epoch) => {
  const { enrol } = gatewayAt();
  const { status, body } = await enrol({ secret: SECRET, epoch });
  expect([status, body.field]).toStrictEqual([422, 'epoch']);
});

test('a repeated request does not outlive the account it was made for', async () => {
  const { call, enrol, verify } = gatewayAt();
  await enrol({ secret: SECRET });
  expect((await verify(codeOf(), 'k')).body.accepted).toBe(true);
  await call('DELETE', '/v1/accounts/ana');
  await enrol({ secret: OTHER });
  expect((await verify(codeOf(), 'k')).body.accepted).toBe(false);
});

test('nobody takes the name of a deleted account whose decision is still open', async () => {
  const down = async () => Promise.reject(Object.assign(new Error('down'), { kind: 'down' }));
  const authority: Authority = { verify: down, status: down };
  const { call, clock, gateway, enrol, verify } = gatewayAt({ mode: 'proxy', authority });
  await enrol({ secret: SECRET, authyId: '7' });
  expect((await verify(codeOf())).body).toMatchObject({ standing: 'provisional' });
  await call('DELETE', '/v1/accounts/ana');
  expect((await enrol({ authyId: '7' })).body).toMatchObject({ code: 'account-exists' });
  clock.now += 120_000;
  await gateway.verifier.reconcile();
  expect((await enrol({ authyId: '7' })).status).toBe(201);
});

test('rejections push out no acceptance, and a forgotten yes is not repeated', async () => {
  const authority: Authority = {
    verify: async () => Promise.reject(Object.assign(new Error('down'), { kind: 'down' })),
    status: async () => 'suspended',
  };
  const { call, gateway, enrol, verify } = gatewayAt({ mode: 'proxy', authority });
  await enrol({ secret: SECRET, authyId: '7' });
  const { body } = await verify(codeOf(), 'k');
  expect(body).toMatchObject({ accepted: true, standing: 'provisional' });
  await gateway.verifier.reconcile();
  for (let n = 0; n < 10_001; n++) await verify('');
  const { body: kept } = await call('GET', `/v1/decisions/${body.id}`);
  expect(kept).toMatchObject({ settlement: 'contradicted' });
  expect((await verify(codeOf(), 'k')).body.accepted).toBe(false);
});

test('a code that is nested deep is malformed, under a key too', async () => {
  const { call, enrol } = gatewayAt();
  await enrol({ secret: SECRET });
  const body = `{"code":${'['.repeat(6000)}${']'.repeat(6000)}}`;
  const path = '/v1/accounts/ana/verify';
  const answered = await call('POST', path, body, { 'Idempotency-Key': 'k' });
  expect(answered).toMatchObject({ status: 200, body: { reason: 'malformed' } });
});

test('the sender’s own text is not repeated, however deep it stands', async () => {
  const { call, enrol } = gatewayAt();
  await enrol({ secret: SECRET });
  const codes = [{ code: '1', at: 1, CANARY: 1 }];
  const { status, body } = await call('POST', '/v1/accounts/ana/resynchronize', { codes });
  expect(status).toBe(422);
  expect(JSON.stringify(body)).not.toContain('CANARY');
});

test('unlocking does not open what the authority latched', async () => {
  const authority: Authority = {
    verify: async () => ({ ruling: 'invalid', reason: 'suspended' }),
    status: async () => 'suspended',
  };
  const stage = gatewayAt({ mode: 'proxy', authority, policy: { mode: 'local-first' } });
  await stage.enrol({ secret: SECRET, authyId: '7' });
  await stage.verify(codeOf());
  await stage.gateway.verifier.reconcile();
  expect((await stage.call('POST', '/v1/accounts/ana/unlock')).status).toBe(204);
  stage.clock.now += 30_000;
  const next = totp(importKey(SECRET), { at: stage.clock.now });
  expect((await stage.verify(next)).body).toMatchObject({ accepted: false, reason: 'suspended' });
});

test('an empty host is this machine alone', async () => {
  const serving = await serveGateway({
    mode: 'emulate',
    keys,
    policy,
    host: '',
    port: 0,
  });
  expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  await serving.close();
});

test('options that don’t fit are refused before a port is opened', async () => {
  const serving = serveGateway({ mode: 'proxy', keys, policy, port: 0 });
  await expect(serving).rejects.toThrow('mode proxy needs an authority');
});

test('a used code is not good again on a grid its account had before the last one', async () => {
  const { call, clock, enrol, verify } = gatewayAt();
  const codeNow = (digits: 6 | 8) => totp(importKey(SECRET, { digits }), { at: clock.now });
  for (const digits of [6, 8] as const) {
    await enrol({ secret: SECRET, digits });
    clock.now += 300_000;
    expect((await verify(codeNow(digits))).body.accepted).toBe(true);
    await call('DELETE', '/v1/accounts/ana');
  }
  // Six digits are the last six of eight.
  await enrol({ secret: SECRET, digits: 6 });
  expect((await verify(codeNow(6))).body).toMatchObject({ accepted: false, reason: 'replayed' });
});
