import { importKey, totp } from '@driftlock/totp-core';
import { expect, test, vi } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import { createGateway, type GatewayOptions, memoryStores } from '../../src/index.js';
import type { Engine } from '../../src/stores/engine.js';
import { OPERATOR, START } from '../served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const key = importKey(SECRET);
const code = totp(key, { at: START });

/** A gateway of its own seeds, whose log can be broken. */
async function start(options: Partial<GatewayOptions> = {}) {
  const log = memoryEngine();
  const state: { swap: Engine['swap'] } = { swap: log.swap };
  const events: Engine = { ...log, swap: (...given) => state.swap(...given) };
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: { mode: 'authority-first', liveDeadline: 100 },
    stores: { ...memoryStores({ now: () => START }), events },
    now: () => START,
    ...options,
  });
  async function call(method: string, path: string, body?: unknown) {
    const request = new Request(`http://gateway/v1/accounts${path}`, {
      method,
      headers: { Authorization: `Bearer ${OPERATOR}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await gateway.fetch(request);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  /** What the log says of an account, oldest first. */
  async function said(account = 'ana'): Promise<unknown[]> {
    const listed = await log.list({ kind: 'event', limit: 999 });
    const entries = listed.map(({ value }) => JSON.parse(value));
    return entries
      .filter((entry) => entry.account === account)
      .map(({ event }) => event)
      .reverse();
  }
  await call('POST', '', { id: 'ana', secret: SECRET });
  return { call, said, state, log, gateway };
}

type Swap = Engine['swap'];
const BROKEN: [string, Swap][] = [
  ['does not answer', () => new Promise<boolean>(() => {})],
  ['fails', async () => Promise.reject(new Error('disk full'))],
];

test('everything that is asked and decided is in the log, and no code', async () => {
  const { call, said } = await start();
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  await call('POST', '/ana/verify', { code });
  await call('POST', '/ana/verify', { code });
  await call('POST', '/ana/diagnose', { code: totp(key, { at: START - 240_000 }) });
  await call('POST', '/ana/unlock');
  const { body } = await call('POST', '/ana/recovery-codes');
  await call('POST', '/ana/recover', { code: body.codes[0] });
  await call('POST', '/ana/resynchronize', {
    codes: [600_000, 630_000].map((ms) => ({
      code: totp(key, { at: START + ms }),
      at: START + ms - 600_000,
    })),
  });
  await call('POST', '/zoe/unlock');
  await call('POST', '', { id: 'ana', secret: SECRET });
  await call('DELETE', '/ana');
  const offset = { min: expect.any(Number), best: expect.any(Number), max: expect.any(Number) };
  const credential = 'totp-6-30-0';
  expect(await said()).toStrictEqual([
    { type: 'act', act: 'create' },
    { type: 'observed', credential, offset, observations: 1 },
    {
      type: 'decided',
      id,
      accepted: true,
      by: 'local',
      standing: 'confirmed',
      step: START / 30_000,
    },
    { type: 'decided', id, accepted: false, reason: 'replayed' },
    { type: 'act', act: 'diagnose' },
    { type: 'act', act: 'unlock' },
    { type: 'act', act: 'recovery-codes' },
    { type: 'decided', id, accepted: true, by: 'local', standing: 'confirmed' },
    { type: 'act', act: 'resynchronize' },
    { type: 'observed', credential, offset, observations: 2 },
    { type: 'act', act: 'delete' },
  ]);
  expect(await said('zoe')).toStrictEqual([]);
});

test('what became of a provisional yes is in the log, with nothing beside', async () => {
  const answers = [{ ruling: 'invalid', reason: 'mismatch' }, { ruling: 'valid' }] as const;
  let asked = 0;
  const verify = async () => answers[asked++ % 2] ?? answers[0];
  const work: Promise<unknown>[] = [];
  const { gateway, said, call } = await start({
    mode: 'proxy',
    authority: { verify, status: async () => 'active' },
    policy: { mode: 'local-first' },
    onRevoke: async () => Promise.reject(new TypeError(code)),
  });
  await call('POST', '', { id: 'cleo', authyId: '7', secret: SECRET });
  const typed = async (late: number) => {
    const headers = { Authorization: `Bearer ${OPERATOR}` };
    const body = JSON.stringify({ code: totp(key, { at: START - late }) });
    const url = 'http://gateway/v1/accounts/cleo/verify';
    const ctx = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
    await gateway.fetch(new Request(url, { method: 'POST', headers, body }), undefined, ctx);
    await Promise.all(work);
  };
  await typed(30_000);
  await typed(0);
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const offset = { min: expect.any(Number), best: expect.any(Number), max: expect.any(Number) };
  const decided = { type: 'decided', id, accepted: true };
  const step = START / 30_000;
  expect(await said('cleo')).toStrictEqual([
    { type: 'act', act: 'create' },
    { ...decided, by: 'local', standing: 'provisional', step: step - 1 },
    { type: 'fault', id, error: { name: 'TypeError' } },
    { type: 'unlatched', id },
    { type: 'observed', credential: 'totp-6-30-0', offset, observations: 1 },
    { ...decided, by: 'authority', standing: 'confirmed', step },
  ]);
});

test.each(BROKEN)('where the log %s there is no yes, and a no is a no', async (_, swap) => {
  const { call, state, said } = await start();
  const recovery = await call('POST', '/ana/recovery-codes');
  state.swap = swap;
  for (const [how, typed] of [
    ['verify', code],
    ['recover', recovery.body.codes[0]],
  ]) {
    const { status, body } = await call('POST', `/ana/${how}`, { code: typed });
    expect([status, body]).toStrictEqual([
      503,
      { id: expect.any(String), accepted: false, reason: 'unavailable', retryAfter: 1 },
    ]);
    const again = await call('POST', `/ana/${how}`, { code: typed });
    expect([again.status, again.body.reason]).toStrictEqual([200, 'replayed']);
  }
  const wrong = await call('POST', '/ana/verify', { code: 'no code' });
  expect(wrong.body.reason).toBe('malformed');
  expect(await said()).toHaveLength(2);
});

test.each(BROKEN)('where the log %s no act of the operator is done', async (_, swap) => {
  const { call, state } = await start();
  await call('POST', '/ana/recovery-codes');
  state.swap = swap;
  const refused = { status: 503, code: 'unavailable' };
  for (const [method, path, body] of [
    ['POST', '', { id: 'ben', secret: SECRET }],
    ['POST', '/ana/unlock', undefined],
    ['POST', '/ana/diagnose', { code }],
    ['POST', '/ana/resynchronize', { codes: [] }],
    ['POST', '/ana/recovery-codes', undefined],
    ['DELETE', '/ana', undefined],
  ] as const) {
    const answer = await call(method, path, body);
    expect({ status: answer.status, code: answer.body.code }).toStrictEqual(refused);
  }
  expect((await call('GET', '/ben')).status).toBe(404);
  expect((await call('GET', '/ana')).status).toBe(200);
});

test('an entry that was written, or could not be, is timed no longer', async () => {
  const { call, state } = await start();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    expect((await call('POST', '/ana/verify', { code })).body).toMatchObject({ accepted: true });
    expect((await call('POST', '/ana/unlock')).status).toBe(204);
    state.swap = async () => Promise.reject(new Error('disk full'));
    expect((await call('POST', '/ana/unlock')).status).toBe(503);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test.each(BROKEN)('where the log %s and is not required, all goes on', async (_, swap) => {
  const { call, state } = await start({ audit: 'best-effort' });
  state.swap = swap;
  const { status, body } = await call('POST', '/ana/verify', { code });
  expect([status, body.accepted]).toStrictEqual([200, true]);
  expect((await call('POST', '', { id: 'ben', secret: SECRET })).status).toBe(201);
  expect((await call('DELETE', '/ana')).status).toBe(204);
});

test('a provisional yes is held back, too, and so is one of the authority’s', async () => {
  const authority = {
    verify: async () => ({ ruling: 'valid' }) as const,
    status: async () => 'active' as const,
  };
  for (const mode of ['local-first', 'authority-first', 'offline'] as const) {
    const { call, state } = await start({
      mode: 'proxy',
      authority,
      policy: { mode, liveDeadline: 100 },
    });
    await call('POST', '', { id: 'cleo', authyId: '7', secret: SECRET });
    state.swap = async () => false;
    const { status, body } = await call('POST', '/cleo/verify', { code });
    expect([mode, status, body.accepted, body.reason]).toStrictEqual([
      mode,
      503,
      false,
      'unavailable',
    ]);
  }
});
