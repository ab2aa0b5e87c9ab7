// 10,000 random cases against oathtool, an independent implementation in C.
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Algorithm, importKey, totp } from '../src/index.js';

const SPAWNS = 200;
const CODES = 50;

const found = spawnSync('oathtool', ['--version']).status === 0;
if (!found && process.env.CI === 'true') throw new Error('oathtool is missing');
if (!found) console.warn('oathtool is not installed: 10,000 cases are not compared');

const cases = fc.record({
  secret: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  algorithm: fc.constantFrom<Algorithm>('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 7, 8),
  period: fc.constantFrom(10, 30, 60),
  seconds: fc.integer({ min: 0, max: 20_000_000_000 - CODES * 60 }),
});

function oathtool(values: Case): string[] {
  const { secret, algorithm, digits, period, seconds } = values;
  const args = [
    `--totp=${algorithm.toLowerCase()}`,
    `--digits=${digits}`,
    `--time-step-size=${period}s`,
    `--now=@${seconds}`,
    `--window=${CODES - 1}`,
    Buffer.from(secret).toString('hex'),
  ];
  return execFileSync('oathtool', args, { encoding: 'utf8' }).trim().split('\n');
}

interface Case {
  secret: Uint8Array;
  algorithm: Algorithm;
  digits: number;
  period: number;
  seconds: number;
}

it.skipIf(!found)('gives the codes oathtool gives, in 10,000 random cases', () => {
  let compared = 0;
  for (const values of fc.sample(cases, { seed: 6238, numRuns: SPAWNS })) {
    const { secret, algorithm, digits, period, seconds } = values;
    const key = importKey(secret, { algorithm, digits: digits as 6, period });
    const ours = Array.from({ length: CODES }, (_, i) =>
      totp(key, { at: (seconds + i * period) * 1000 }),
    );
    expect(ours).toStrictEqual(oathtool(values));
    compared += ours.length;
  }
  expect(compared).toBe(10_000);
});
