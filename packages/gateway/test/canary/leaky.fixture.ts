// A gateway that leaks wherever it can; run by whole-run.test.ts alone, to see that the file fails.
import type * as Core from '@driftlock/totp-core';
import type * as Verifier from '@driftlock/verifier';
import { test, vi } from 'vitest';
import type * as Metrics from '../../src/metrics.js';
import type * as RequestLog from '../../src/request-log.js';

/** The code of the login under way. */
const typed = { code: '' };

vi.doMock('../../src/request-log.js', async (importOriginal) => {
  const real = await importOriginal<typeof RequestLog>();
  const requestLog: typeof real.requestLog = (log, now) =>
    real.requestLog((line) => log({ ...line, path: `/${typed.code}` }), now);
  return { ...real, requestLog };
});

vi.doMock('../../src/metrics.js', async (importOriginal) => {
  const real = await importOriginal<typeof Metrics>();
  const createMetrics: typeof real.createMetrics = () => {
    const metrics = real.createMetrics();
    return {
      ...metrics,
      text: (gauges) => `${metrics.text(gauges)}# the last was ${typed.code}\n`,
    };
  };
  return { ...real, createMetrics };
});

// What was told of a latch holds whatever the verifier puts there.
const before = await import('@driftlock/verifier');
vi.doMock('@driftlock/verifier', () => {
  const createVerifier: typeof Verifier.createVerifier = (options) => {
    const verifier = before.createVerifier(options);
    return {
      ...verifier,
      async verify(request) {
        typed.code = request.code;
        options.onEvent?.({ type: 'latched', account: 'ana', at: 0, id: `for ${request.code}` });
        console.log(`verifying ${request.code}`);
        await fetch(`http://127.0.0.1:9/?api_key=${KEY}`).catch(() => {});
        return verifier.verify(request);
      },
    };
  };
  return { ...before, createVerifier };
});

const KEY = 'operator-key-1f0c';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('a login', async () => {
  const { createGateway } = await import('../../src/index.js');
  const { importKey, totp } = await vi.importActual<typeof Core>('@driftlock/totp-core');
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: KEY },
    policy: { mode: 'authority-first' },
  });
  const ask = (path: string, body: unknown) =>
    gateway.fetch(
      new Request(`http://gateway/v1/accounts${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${KEY}` },
        body: JSON.stringify(body),
      }),
    );
  await ask('', { id: 'ana', secret: SECRET });
  await ask('/ana/verify', { code: totp(importKey(SECRET), { at: Date.now() }) });
});
