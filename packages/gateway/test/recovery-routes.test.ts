import { expect, test } from 'vitest';
import { createGateway, memoryStores } from '../src/index.js';
import { socketAddress } from '../src/node.js';
import { OPERATOR, problem, type Served, serve } from './served.js';

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const CODE = /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/;

async function codesOf({ call }: Served, path: string): Promise<string[]> {
  const { status, body } = await call('POST', `${path}/recovery-codes`);
  expect([status, Object.keys(body)]).toStrictEqual([201, ['codes']]);
  return body.codes;
}

async function enrolled(options: Parameters<typeof serve>[0] = {}) {
  const served = await serve(options);
  const ana = await served.enrol('ana');
  const codes = await codesOf(served, ana.path);
  const recover = (code: unknown, headers: Record<string, string> = {}) =>
    served.call('POST', `${ana.path}/recover`, { body: { code }, headers });
  return { ...served, ana, codes, recover };
}

test('ten recovery codes are made; each is good once and leaves its decision to be read', async () => {
  const { codes, recover, call, clock } = await enrolled();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(CODE);
  const { status, body } = await recover(codes[3]);
  const accepted = { id: ID, accepted: true, by: 'local', standing: 'confirmed' };
  expect([status, body]).toStrictEqual([200, accepted]);
  const found = await call('GET', `/v1/decisions/${body.id}`);
  expect(found.body).toStrictEqual({ ...body, account: 'ana', at: clock.at });
  const again = await recover(codes[3]?.toLowerCase());
  expect([again.status, again.body.reason]).toStrictEqual([200, 'replayed']);
  const other = await recover(codes[4]);
  expect(other.body.accepted).toBe(true);
});

test('new codes take the place of the old ones', async () => {
  const served = await enrolled();
  const { codes, recover, ana } = served;
  const [code] = await codesOf(served, ana.path);
  expect((await recover(codes[0])).body).toStrictEqual({
    id: ID,
    accepted: false,
    reason: 'mismatch',
  });
  expect((await recover(code)).body.accepted).toBe(true);
});

test('a recovery code costs the account’s attempts: 429 with Retry-After', async () => {
  const attempts = { limit: 2, per: 900, lock: 100 };
  const { recover, ana, codes } = await enrolled({ policy: { mode: 'local-first', attempts } });
  await recover('AAAA-AAAA-AAAA-AAAA');
  await ana.verify('000000');
  const { status, headers, body } = await recover(codes[0]);
  expect([status, headers.get('retry-after'), body]).toStrictEqual([
    429,
    '30',
    { id: ID, accepted: false, reason: 'throttled', retryAfter: 30 },
  ]);
});

test('whatever is typed is judged; nobody’s codes are no codes; a stranger is no account', async () => {
  const { call, enrol, recover } = await enrolled();
  for (const code of ['', '123456', null, 7, 'AAAA-AAAA-AAAA-AAA']) {
    const { status, body } = await recover(code);
    expect([status, body]).toStrictEqual([200, { id: ID, accepted: false, reason: 'malformed' }]);
  }
  const ben = await enrol('ben');
  const none = await call('POST', `${ben.path}/recover`, { body: { code: 'AAAAAAAAAAAAAAAA' } });
  expect(none.body).toStrictEqual({ id: ID, accepted: false, reason: 'mismatch' });
  for (const path of ['recover', 'recovery-codes']) {
    const gone = await call('POST', `/v1/accounts/zoe/${path}`, { body: { code: '' } });
    expect(problem(gone).code).toBe('no-such-account');
    const shut = await call('POST', `${ben.path}/${path}`, { body: { code: '' }, key: 'wrong' });
    expect(problem(shut).code).toBe('unauthorized');
  }
});

test('under one Idempotency-Key a recovery code is one decision, and no other door’s', async () => {
  const { recover, ana, codes } = await enrolled();
  const headers = { 'Idempotency-Key': 'login-1' };
  const first = await recover(codes[0], headers);
  expect(first.body.accepted).toBe(true);
  expect((await recover(codes[0], headers)).body).toStrictEqual(first.body);
  expect(problem(await recover(codes[1], headers)).code).toBe('key-reused');
  expect(problem(await ana.verify(codes[0], headers)).code).toBe('key-reused');
});

test('recovery codes go with their account, and used ones use up none of the next one’s codes', async () => {
  const { recover, call, codes, ana, enrol, settled } = await enrolled();
  expect((await recover(codes[0])).body.accepted).toBe(true);
  await call('DELETE', ana.path);
  const anew = await enrol('ana');
  expect((await recover(codes[1])).body.reason).toBe('mismatch');
  const { body } = await anew.verify(anew.code());
  expect(body.accepted).toBe(true);
  await settled(body.id);
});

test('where recovery codes can’t be read nothing is accepted, and where they stay, the account does', async () => {
  const stores = memoryStores();
  const { recover, ana, call, codes } = await enrolled({ stores });
  stores.recovery.of = async () => {
    throw new Error('disk full');
  };
  stores.recovery.forget = stores.recovery.of as () => Promise<never>;
  const { status, body } = await recover(codes[0]);
  expect([status, body.reason]).toStrictEqual([503, 'unavailable']);
  expect((await call('DELETE', ana.path)).status).toBe(500);
  expect((await call('GET', ana.path)).status).toBe(200);
});

test('a stranger’s failures are counted where they were typed, and lock no owner out', async () => {
  const seen: unknown[] = [];
  const attempts = { limit: 2, per: 900, lock: 100 };
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: { mode: 'authority-first', attempts },
    source: (request, env) => {
      seen.push(new URL(request.url).pathname);
      return (env as { from?: string }).from;
    },
  });
  const call = async (path: string, { from, ...body }: Record<string, unknown>) => {
    const request = new Request(`http://gateway/v1/accounts${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${OPERATOR}` },
      body: JSON.stringify(body),
    });
    return (await gateway.fetch(request, { from })).json();
  };
  await call('', { id: 'ana', secret: 'GEZDGNBVGY3TQOJQ' });
  const reasons = async (how: string, from?: string) =>
    (await call(`/ana/${how}`, { code: how === 'verify' ? '000000' : 'A'.repeat(16), from }))
      .reason;
  for (const how of ['verify', 'recover']) await reasons(how, 'stranger');
  for (const how of ['verify', 'recover']) expect(await reasons(how, 'stranger')).toBe('throttled');
  expect(await reasons('recover', 'owner')).toBe('mismatch');
  expect(seen).toContain('/v1/accounts/ana/verify');
});

test('a Node server’s own sockets can be the source', async () => {
  const attempts = { limit: 1, per: 900, lock: 100, account: 1000 };
  const sources: unknown[] = [];
  const policy = { mode: 'local-first', attempts } as const;
  const source = (request: Request, env: unknown) => {
    const address = socketAddress(request, env);
    sources.push(address);
    return address;
  };
  const { recover } = await enrolled({ policy, source });
  await recover('AAAA-AAAA-AAAA-AAAA');
  expect((await recover('AAAA-AAAA-AAAA-AAAA')).status).toBe(429);
  expect(sources).toStrictEqual(['127.0.0.1', '127.0.0.1']);
  expect(socketAddress(new Request('http://gateway/'), undefined)).toBe(undefined);
});
