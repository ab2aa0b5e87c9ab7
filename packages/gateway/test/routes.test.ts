import { expect, test } from 'vitest';
import { memoryStores } from '../src/stores/memory-stores.js';
import { AUTHY, problem, START, serve } from './served.js';

const KEYED = [
  ['POST', '/v1/accounts'],
  ['GET', '/v1/accounts'],
  ['GET', '/v1/accounts/ana'],
  ['DELETE', '/v1/accounts/ana'],
  ['POST', '/v1/accounts/ana/unlock'],
  ['POST', '/v1/accounts/ana/verify'],
  ['POST', '/v1/accounts/ana/diagnose'],
  ['POST', '/v1/accounts/ana/resynchronize'],
  ['GET', '/v1/accounts/ana/drift'],
  ['GET', '/v1/decisions/some'],
  ['GET', '/v1/nothing/of/ours'],
] as const;

test('every route of /v1 is closed without the operator key, and says how to ask', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  for (const [method, path] of KEYED) {
    for (const key of ['', 'wrong', AUTHY]) {
      const answer = await call(method, path, { key });
      expect(problem(answer)).toStrictEqual({
        status: 401,
        type: 'application/problem+json',
        code: 'unauthorized',
        field: undefined,
      });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  }
  expect((await ana.verify(ana.code())).body.accepted).toBe(true);
});

test('the key counts only as a Bearer token', async () => {
  const { call } = await serve();
  for (const Authorization of ['operator-key-1f0c', 'Basic operator-key-1f0c', 'Bearer']) {
    const { status } = await call('GET', '/v1/accounts', { key: '', headers: { Authorization } });
    expect(status).toBe(401);
  }
  const headers = { Authorization: 'bearer operator-key-1f0c' };
  expect((await call('GET', '/v1/accounts', { key: '', headers })).status).toBe(200);
});

test('the time and the health are told to anybody', async () => {
  const { call } = await serve();
  const time = await call('GET', '/v1/time', { key: '' });
  expect([time.status, time.body]).toStrictEqual([200, { now: START }]);
  const health = await call('GET', '/healthz', { key: '' });
  expect([health.status, health.body]).toStrictEqual([200, { status: 'ok' }]);
});

test('nothing under /v1 is stored on its way', async () => {
  const { call } = await serve();
  const paths = ['/v1/time', '/v1/accounts', '/v1/accounts/nobody', '/v1/nothing'];
  for (const path of paths) {
    expect((await call('GET', path)).headers.get('cache-control')).toBe('no-store');
  }
  expect((await call('GET', '/v1/accounts', { key: '' })).headers.get('cache-control')).toBe(
    'no-store',
  );
});

test('a URL that is none of ours is a problem document', async () => {
  const { call } = await serve();
  for (const path of ['/', '/nothing', '/v1/nothing', '/v2/accounts']) {
    expect(problem(await call('GET', path))).toStrictEqual({
      status: 404,
      type: 'application/problem+json',
      code: 'no-such-url',
      field: undefined,
    });
  }
});

test('an account that can not be read is a 503 that tells nothing of why', async () => {
  const stores = memoryStores();
  stores.accounts.find = async () => {
    throw new Error('connection to db.internal as admin lost');
  };
  const { call } = await serve({ stores });
  for (const [method, path] of [
    ['GET', '/v1/accounts/ana'],
    ['POST', '/v1/accounts/ana/verify'],
  ] as const) {
    const { status, text, headers } = await call(
      method,
      path,
      method === 'POST' ? { body: { code: '287082' } } : {},
    );
    expect([status, headers.get('Retry-After')]).toStrictEqual([503, '1']);
    expect(JSON.parse(text)).toStrictEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'unavailable',
      detail: 'a store does not answer',
    });
  }
});

test('a store that breaks is a 500 that tells nothing of it', async () => {
  const stores = memoryStores();
  stores.accounts.list = async () => {
    throw new Error('connection to db.internal as admin lost');
  };
  const { call } = await serve({ stores });
  const { status, text } = await call('GET', '/v1/accounts');
  expect(status).toBe(500);
  expect(JSON.parse(text)).toStrictEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    code: 'internal',
  });
});

test.each([
  ['keep a decision', 'record', 'POST', '/v1/accounts/ana/verify'],
  ['find a decision', 'find', 'GET', '/v1/decisions/any'],
] as const)('a store that can not %s is a 503', async (_, broken, method, path) => {
  const stores = memoryStores();
  const { call, enrol } = await serve({ stores });
  const { code } = await enrol('ana');
  stores.decisions[broken] = async () => {
    throw new Error('connection to db.internal as admin lost');
  };
  const answer = await call(method, path, method === 'POST' ? { body: { code: code() } } : {});
  expect([answer.status, answer.headers.get('Retry-After'), answer.body]).toStrictEqual([
    503,
    '1',
    {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'unavailable',
      detail: 'a store does not answer',
    },
  ]);
});

test('a ledger that breaks accepts nothing: 503 and a decision that says so', async () => {
  const stores = memoryStores();
  stores.ledger.consume = async () => {
    throw new Error('disk full');
  };
  const { enrol } = await serve({ stores });
  const ana = await enrol('ana');
  const { status, body } = await ana.verify(ana.code());
  expect(status).toBe(503);
  expect(body).toMatchObject({ accepted: false, reason: 'unavailable' });
});

test('in emulate mode Authy answers on the same port, under its own key', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  const status = await call('GET', `/protected/json/users/${ana.authyId}/status`, {
    key: '',
    headers: { 'X-Authy-API-Key': AUTHY },
  });
  expect([status.status, status.body.success]).toStrictEqual([200, true]);
  const shut = await call('GET', `/protected/json/users/${ana.authyId}/status`);
  expect([shut.status, shut.body.error_code]).toStrictEqual([401, '60001']);
});
