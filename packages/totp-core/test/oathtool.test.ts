// 15,000 random cases against oathtool, an independent implementation in C.
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Algorithm, hotp, importKey, timeStep, totp, verify } from '../src/index.js';

const SPAWNS = 200;
const CODES = 50;

const found = spawnSync('oathtool', ['--version']).status === 0;
if (!found && process.env.CI === 'true') throw new Error('oathtool is missing');
if (!found) console.warn('oathtool is not installed: 15,000 cases are not compared');

const secret = fc.uint8Array({ minLength: 1, maxLength: 140 });
const digits = fc.constantFrom(6 as const, 7 as const, 8 as const);

/** Codes of consecutive steps, from the one that the arguments name. */
function oathtool(key: Uint8Array, args: string[]): string[] {
  const all = [...args, `--window=${CODES - 1}`, Buffer.from(key).toString('hex')];
  return execFileSync('oathtool', all, { encoding: 'utf8' }).trim().split('\n');
}

/** That many cases of their own, in every run the same. */
function sampleOf<Case>(cases: fc.Arbitrary<Case>, numRuns: number): Case[] {
  return fc.sample(cases, { seed: 6238, numRuns });
}

describe.skipIf(!found)('oathtool', () => {
  it('gives the codes of totp, and verify takes them, for 10,000 instants', () => {
    const cases = fc.record({
      secret,
      algorithm: fc.constantFrom<Algorithm>('SHA1', 'SHA256', 'SHA512'),
      digits,
      period: fc.oneof(fc.constantFrom(1, 10, 30, 60), fc.integer({ min: 1, max: 86_400 })),
      epoch: fc.oneof(fc.constant(0), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })),
      elapsed: fc.nat(10_000_000_000),
    });
    const kinds = new Set<string>();
    for (const { secret, elapsed, ...params } of sampleOf(cases, SPAWNS)) {
      const { algorithm, digits, period, epoch } = params;
      const seconds = epoch + elapsed;
      const key = importKey(secret, params);
      const theirs = oathtool(secret, [
        `--totp=${algorithm.toLowerCase()}`,
        `--digits=${digits}`,
        `--time-step-size=${period}s`,
        `--start-time=@${epoch}`,
        `--now=@${seconds}`,
      ]);
      const instants = theirs.map((_, i) => (seconds + i * period) * 1000);
      expect(instants.map((at) => totp(key, { at }))).toStrictEqual(theirs);
      const window = { backward: 0, forward: 0 };
      const verdicts = theirs.map((code, i) => verify(key, code, { at: instants[i]!, window }));
      const step = Math.floor(elapsed / period);
      expect(timeStep(key, seconds * 1000)).toBe(step);
      expect(verdicts).toStrictEqual(
        theirs.map((_, i) => ({ valid: true, step: step + i, delta: 0 })),
      );
      kinds.add(`${algorithm} ${digits} ${epoch === 0 ? 'from 1970' : 'from another epoch'}`);
    }
    expect(kinds.size).toBe(3 * 3 * 2);
  });

  it('gives the codes of hotp, for 5,000 counters of every size', () => {
    const exponent = fc.integer({ min: 0, max: 52 });
    const counter = fc
      .tuple(exponent, fc.nat(2 * CODES))
      .map(([power, more]) => Math.max(0, 2 ** power - CODES + more));
    const sizes = new Set<number>();
    for (const one of sampleOf(fc.record({ secret, digits, counter }), SPAWNS / 2)) {
      const { secret, digits, counter } = one;
      const key = importKey(secret, { digits });
      const theirs = oathtool(secret, ['--hotp', `--digits=${digits}`, `--counter=${counter}`]);
      expect(theirs.map((_, i) => hotp(key, counter + i))).toStrictEqual(theirs);
      sizes.add(Math.floor(Math.log2(counter + 1)));
    }
    expect(sizes.size).toBeGreaterThan(40);
  });
});
