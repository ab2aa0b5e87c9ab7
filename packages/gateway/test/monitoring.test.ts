import { readFileSync } from 'node:fs';
import { AuthyError } from '@driftlock/api-client';
import { importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { memoryEngine } from '../src/engines/memory.js';
import { createGateway, type GatewayOptions, memoryStores } from '../src/index.js';
import { VERSION } from '../src/version.js';
import { OPERATOR, START, serve } from './served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const code = totp(importKey(SECRET), { at: START });

function inProcess(options: Partial<GatewayOptions> = {}) {
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: { mode: 'authority-first', liveDeadline: 200 },
    now: () => START,
    ...options,
  });
  return async (
    method: string,
    path: string,
    { key = OPERATOR, body }: { key?: string; body?: unknown } = {},
  ) => {
    const request = new Request(`http://gateway${path}`, {
      method,
      headers: key === '' ? {} : { Authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await gateway.fetch(request);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
}

/** Values by their series. */
function series(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (!name) throw new Error(`no sample: ${line}`);
      return [name, Number(value)];
    }),
  );
}

test('decisions of every outcome are counted and timed', async () => {
  const call = inProcess();
  await call('POST', '/v1/accounts', { body: { id: 'ana', secret: SECRET } });
  const { body } = await call('POST', '/v1/accounts/ana/recovery-codes');
  for (const typed of [code, code, 'x', 'y']) {
    await call('POST', '/v1/accounts/ana/verify', { body: { code: typed } });
  }
  await call('POST', '/v1/accounts/ana/recover', { body: { code: body.codes[0] } });
  const { status, headers, text } = await call('GET', '/metrics');
  expect([status, headers.get('content-type')]).toStrictEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  const found = series(text);
  const counted = Object.entries(found).filter(([name]) => name.startsWith('driftlock_decisions'));
  expect(Object.fromEntries(counted)).toStrictEqual({
    'driftlock_decisions_total{outcome="confirmed",reason="local"}': 2,
    'driftlock_decisions_total{outcome="rejected",reason="replayed"}': 1,
    'driftlock_decisions_total{outcome="rejected",reason="malformed"}': 2,
  });
  expect(found).toMatchObject({
    driftlock_decision_seconds_count: 5,
    'driftlock_decision_seconds_bucket{le="+Inf"}': 5,
    [`driftlock_build_info{version="${VERSION}"}`]: 1,
    driftlock_ready: 1,
    'driftlock_clock{state="unknown"}': 1,
    'driftlock_clock{state="safe"}': 0,
    driftlock_outbox_open: 0,
    driftlock_audit_failures_total: 0,
  });
  expect(found.driftlock_decision_seconds_sum).toBeGreaterThan(0);
  const bounds = Object.entries(found).filter(([name]) => name.includes('_bucket'));
  const inOrder = bounds.map(([, value]) => value);
  expect(inOrder).toStrictEqual([...inOrder].sort((a, b) => a - b));
  expect(inOrder).toHaveLength(14);
});

test('a decision is counted only where it was that fast', async () => {
  const verify = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { ruling: 'valid' } as const;
  };
  const authority = { verify, status: async () => 'active' as const };
  const policy = { mode: 'authority-first', liveDeadline: 30_000 } as const;
  const call = inProcess({ mode: 'proxy', authority, policy });
  await call('POST', '/v1/accounts', { body: { id: 'ana', authyId: '7' } });
  await call('POST', '/v1/accounts/ana/verify', { body: { code: '0000000' } });
  expect(series((await call('GET', '/metrics')).text)).toMatchObject({
    'driftlock_decisions_total{outcome="confirmed",reason="authority"}': 1,
    'driftlock_decision_seconds_bucket{le="0.01"}': 0,
    'driftlock_decision_seconds_bucket{le="+Inf"}': 1,
  });
});

test('every line of the metrics is of the format, each family with its help and its type', async () => {
  const { text } = await inProcess()('GET', '/metrics');
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', type = ''] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (name) types.set(name, type);
    else if (!/^# HELP driftlock_\w+ [A-Z].*\.$/.test(line)) {
      const [, sample = ''] =
        /^(driftlock_\w+?)(?:_bucket|_sum|_count)?(?:\{(?:\w+="[^"\\\n]*",?)+\})? [0-9.e+-]+$/.exec(
          line,
        ) ?? [];
      expect([line, types.has(sample)]).toStrictEqual([line, true]);
    }
  }
  expect(types.size).toBeGreaterThan(5);
});

test('open decisions, the breaker and events that were lost are shown', async () => {
  const down = async () => {
    throw new AuthyError('no route', { kind: 'down', retriable: true });
  };
  const events = memoryEngine();
  const stores = { ...memoryStores(), events };
  const call = inProcess({
    mode: 'proxy',
    stores,
    authority: { verify: down, status: down },
    breaker: { failures: 1 },
    audit: 'best-effort',
  });
  await call('POST', '/v1/accounts', { body: { id: 'ana', authyId: '7', secret: SECRET } });
  await call('POST', '/v1/accounts/ana/verify', { body: { code } });
  while ((await events.list({ kind: 'event', limit: 9 })).length < 2)
    await new Promise(setImmediate);
  events.swap = async () => Promise.reject(new Error('full'));
  await call('POST', '/v1/accounts/ana/verify', { body: { code } });
  expect(series((await call('GET', '/metrics')).text)).toMatchObject({
    driftlock_outbox_open: 1,
    driftlock_audit_failures_total: 1,
    'driftlock_breaker{state="open"}': 1,
    'driftlock_breaker{state="closed"}': 0,
    'driftlock_decisions_total{outcome="provisional",reason="local"}': 1,
  });
});

test('metrics are opened by a key of their own, which opens nothing else', async () => {
  const call = inProcess({ keys: { operator: OPERATOR, metrics: 'scraper-key-31d' } });
  expect((await call('GET', '/metrics', { key: 'scraper-key-31d' })).status).toBe(200);
  expect((await call('GET', '/metrics')).status).toBe(200);
  for (const key of ['', 'wrong']) {
    const { status, headers, body } = await call('GET', '/metrics', { key });
    expect([status, headers.get('www-authenticate'), body.code]).toStrictEqual([
      401,
      'Bearer',
      'unauthorized',
    ]);
  }
  expect((await call('GET', '/v1/accounts', { key: 'scraper-key-31d' })).status).toBe(401);
  const make = (options: object) => () => inProcess(options as Partial<GatewayOptions>);
  expect(make({ keys: { operator: OPERATOR, metrics: 'two words' } })).toThrow('keys.metrics');
  expect(make({ audit: 'sometimes' })).toThrow('audit must be');
});

test('a gateway whose stores answer and whose clock is right is ready', async () => {
  const call = inProcess();
  const told = await call('GET', '/readyz', { key: '' });
  expect([told.status, told.body]).toStrictEqual([200, { status: 'ready' }]);
  expect((await call('GET', '/readyz')).body).toStrictEqual({
    status: 'ready',
    stores: 'answering',
    clock: 'unknown',
  });
});

test('whatever does not answer makes it unready, and strangers are not told what', async () => {
  const never = () => new Promise<never>(() => {});
  const fails = async () => Promise.reject(new Error('disk full'));
  for (const broken of [never, fails]) {
    for (const part of ['accounts', 'ledger', 'events', 'check'] as const) {
      const stores = memoryStores();
      if (part === 'accounts') stores.accounts = { ...stores.accounts, list: broken };
      if (part === 'ledger') stores.ledger = { ...stores.ledger, state: broken };
      if (part === 'events') stores.events = { read: broken, swap: broken, list: broken };
      if (part === 'check') stores.check = broken;
      const call = inProcess({ stores });
      const { status, headers, body } = await call('GET', '/readyz', { key: '' });
      expect([part, status, headers.get('retry-after'), body]).toStrictEqual([
        part,
        503,
        '1',
        { status: 'not-ready' },
      ]);
      expect((await call('GET', '/readyz')).body).toMatchObject({ stores: 'not-answering' });
      expect((await call('GET', '/healthz', { key: '' })).status).toBe(200);
    }
  }
});

test('a clock that may not be believed makes it unready; an authority that is away does not', async () => {
  const clocks = { safe: 200, unsafe: 503, unknown: 503 } as const;
  for (const [state, expected] of Object.entries(clocks)) {
    const read = async () => ({ at: START, state: state as keyof typeof clocks });
    const clock = { read, witness: async () => {}, trust: async () => {} };
    const call = inProcess({ clock, policy: { mode: 'authority-first', clock: 'witnessed' } });
    const { status, body } = await call('GET', '/readyz');
    expect([status, body.clock]).toStrictEqual([expected, state]);
  }
  const down = async () => {
    throw new AuthyError('no route', { kind: 'down', retriable: true });
  };
  const authority = { verify: down, status: down };
  const call = inProcess({ mode: 'proxy', authority, breaker: { failures: 1 } });
  await call('POST', '/v1/accounts', { body: { id: 'ana', authyId: '7' } });
  await call('GET', '/v1/accounts/ana');
  const { status, body } = await call('GET', '/readyz');
  expect([status, body.breaker]).toStrictEqual([200, 'open']);
});

test('many who ask at once whether it is ready cost one look', async () => {
  const stores = memoryStores();
  let looks = 0;
  const { list } = stores.accounts;
  stores.accounts.list = (page) => {
    looks += 1;
    return list(page);
  };
  const call = inProcess({ stores });
  await Promise.all(Array.from({ length: 50 }, () => call('GET', '/readyz', { key: '' })));
  expect(looks).toBe(1);
});

test('a request is logged by its route, its status and its decision', async () => {
  const lines: unknown[] = [];
  const { call, enrol } = await serve({ log: (line) => lines.push(line) });
  const ana = await enrol('ana');
  const { body } = await ana.verify(ana.code());
  await call('GET', `/v1/decisions/${body.id}`);
  await call('GET', '/v1/accounts?query=ana');
  await call('GET', `/protected/json/verify/${ana.code()}/${ana.authyId}`);
  await call('GET', `/v1/${ana.secret}`);
  await call('POST', `/${ana.secret}`, { key: 'wrong' });
  await call('GET', '/v1/accounts', { key: 'wrong' });
  await call('PATCH', ana.path, { body: { code: ana.code() } });
  const at = START;
  const ms = expect.any(Number);
  const own = lines.filter((line) => (line as { path: string }).path !== '/protected/*');
  expect(own).toStrictEqual([
    { at, method: 'POST', path: '/v1/accounts', status: 201, ms },
    { at, method: 'POST', path: '/v1/accounts/:id/verify', status: 200, ms, decision: body.id },
    { at, method: 'GET', path: '/v1/decisions/:id', status: 200, ms },
    { at, method: 'GET', path: '/v1/accounts', status: 200, ms },
    { at, method: 'GET', path: '/v1/*', status: 404, ms },
    { at, method: 'POST', path: '/*', status: 404, ms },
    { at, method: 'GET', path: '/v1/accounts', status: 401, ms },
    { at, method: 'PATCH', path: '/v1/*', status: 404, ms },
  ]);
  expect(lines.length).toBeGreaterThan(own.length);
});

test('a log that throws harms nobody, and a method of one’s own invention is not repeated', async () => {
  const methods: string[] = [];
  const call = inProcess({
    log: ({ method }) => {
      methods.push(method);
      throw new Error('disk full');
    },
  });
  expect((await call('GET', '/v1/time')).status).toBe(200);
  expect((await call('GEZDGNBVGY3TQOJQ', '/v1/time')).status).toBe(404);
  expect(methods).toStrictEqual(['GET', 'OTHER']);
});

test('the version shown is the package’s', () => {
  const { version } = JSON.parse(readFileSync('packages/gateway/package.json', 'utf8'));
  expect(VERSION).toBe(version);
});
