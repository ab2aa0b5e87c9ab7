import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a file of tests whose gateway leaks fails, and says what leaked where', () => {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
  const config = ['--config', 'packages/gateway/test/canary/leaky.config.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...vitest, ...config], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const leaks = [...stdout.concat(stderr).matchAll(/"channel": "(\w+)",\n.*"kind": "([\w ]+)"/g)];
  const found = new Set(leaks.map(([, channel, kind]) => `${channel} ${kind}`));
  expect(status).toBe(1);
  expect(found).toStrictEqual(
    new Set(['answer code', 'audit code', 'event code', 'log code', 'output code', 'url key']),
  );
});
