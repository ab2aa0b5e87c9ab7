import { fileURLToPath } from 'node:url';
import { importKey, totp } from '@driftlock/totp-core';
import { describe, expect, test } from 'vitest';
import { ifInstalled } from '../../../bench/src/race/servers/process.js';
import { startWorkers } from '../../../bench/src/race/servers/workerd.js';
import worker, { type WorkerEnv } from '../src/worker.js';

const ENTRY = fileURLToPath(new URL('../template/worker.ts', import.meta.url));
const KEY = 'operator-of-the-worker';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('the template serves a gateway in workerd, and what it knows outlives a kill', async ({
  skip,
}) => {
  const workers = await ifInstalled(() =>
    startWorkers({
      entry: ENTRY,
      classes: ['EngineObject', 'LedgerObject'],
      bound: { EngineObject: 'ENGINE', LedgerObject: 'LEDGER' },
      vars: { DRIFTLOCK_KEY: KEY, DRIFTLOCK_SEAL_KEY: 'a'.repeat(64) },
    }),
  );
  if (!workers) return skip('workerd is not installed');
  const call = async (path: string, body?: object, key = KEY) => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const headers = { Authorization: `Bearer ${key}`, Connection: 'close' };
    const answer = await fetch(`${workers.urls[0]}/v1${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  try {
    expect(await call('/accounts', { id: 'ana', secret: SECRET })).toStrictEqual({
      status: 201,
      body: { id: 'ana' },
    });
    const code = totp(importKey(SECRET), { at: Date.now() });
    const verify = () => call('/accounts/ana/verify', { code });
    expect((await verify()).body).toMatchObject({ accepted: true, standing: 'confirmed' });
    expect((await verify()).body).toMatchObject({ accepted: false, reason: 'replayed' });
    expect((await call('/accounts', undefined, 'another')).status).toBe(401);
    await workers.kill();
    await workers.start();
    expect((await verify()).body).toMatchObject({ accepted: false, reason: 'replayed' });
  } finally {
    await workers.stop();
  }
}, 120_000);

describe('a Worker without what it needs', () => {
  const none = {
    idFromName: () => ({}),
    get: () => ({ fetch: () => Promise.reject(new Error()) }),
  };
  const env: WorkerEnv = {
    ENGINE: none,
    LEDGER: none,
    DRIFTLOCK_KEY: KEY,
    DRIFTLOCK_SEAL_KEY: 'a'.repeat(64),
  };
  const ctx = { waitUntil() {} };

  test.each<[string, object, RegExp]>([
    ['no operator’s key', { DRIFTLOCK_KEY: '' }, /DRIFTLOCK_KEY is missing/],
    ['no seal key', { DRIFTLOCK_SEAL_KEY: undefined }, /DRIFTLOCK_SEAL_KEY is missing/],
    ['a seal key that is none', { DRIFTLOCK_SEAL_KEY: 'short' }, /DRIFTLOCK_SEAL_KEY is 32 bytes/],
    ['no objects', { ENGINE: undefined }, /ENGINE is missing/],
    ['an Authy and no policy', { DRIFTLOCK_UPSTREAM_KEY: 'k' }, /DRIFTLOCK_POLICY is/],
    ['a callback and no door', { DRIFTLOCK_CALLBACK: 'https://a.example' }, /_CALLBACK needs/],
    [
      'a callback and an Authy',
      {
        DRIFTLOCK_CALLBACK: 'https://a.example',
        DRIFTLOCK_AUTHY_KEY: 'a',
        DRIFTLOCK_UPSTREAM_KEY: 'k',
        DRIFTLOCK_POLICY: 'local-first',
      },
      /_CALLBACK needs/,
    ],
  ])('starts with none of %s', async (_, without, said) => {
    const request = new Request('http://localhost/v1/time');
    await expect(worker.fetch(request, { ...env, ...without }, ctx)).rejects.toThrow(said);
  });

  test('whose objects do not answer accepts nothing', async () => {
    const request = new Request('http://localhost/v1/accounts/ana/verify', {
      method: 'POST',
      headers: { Authorization: `Bearer ${KEY}` },
      body: '{"code":"287082"}',
    });
    const answer = await worker.fetch(request, env, ctx);
    expect([answer.status, answer.headers.has('Retry-After')]).toStrictEqual([503, true]);
  });

  test('keeps a request alive to its end, for whoever asks again may wait for it', async () => {
    const kept: Promise<unknown>[] = [];
    const ctx = { waitUntil: (work: Promise<unknown>) => void kept.push(work) };
    const answered = worker.fetch(new Request('http://localhost/v1/time'), env, ctx);
    expect(kept.length).toBe(1);
    expect(await kept[0]).toBe(await answered);
  });
});
