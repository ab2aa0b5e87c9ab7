// RFC 6238 section 4: steps and codes of instants.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Algorithm,
  AUTHY_APP,
  importKey,
  secondsRemaining,
  timeStep,
  totp,
} from '../src/index.js';
import authyApp from './vectors/totp_authy-app.json' with { type: 'json' };
import rfc6238 from './vectors/totp_rfc6238.json' with { type: 'json' };

const NO_INSTANT = expect.objectContaining({ name: 'TotpError', code: 'ERR_INSTANT' });
const KEY = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');

describe('totp', () => {
  it.each(rfc6238.vectors)('gives $code at $seconds s with $algorithm, as RFC 6238', (vector) => {
    const algorithm = vector.algorithm as Algorithm;
    const secret = Buffer.from(rfc6238.secretsHex[algorithm], 'hex');
    const key = importKey(secret, { algorithm, digits: 8 });
    expect(timeStep(key, vector.seconds * 1000)).toBe(Number.parseInt(vector.stepHex, 16));
    expect(totp(key, { at: vector.seconds * 1000 })).toBe(vector.code);
  });

  it.each(authyApp.vectors)('gives the code $code of the Authy app at $seconds s', (vector) => {
    const key = importKey(Buffer.from(authyApp.secretHex, 'hex'), AUTHY_APP);
    expect(totp(key, { at: vector.seconds * 1000 })).toBe(vector.code);
  });
});

describe('timeStep', () => {
  it('begins a step exactly at its first millisecond', () => {
    expect([-0, 0, 29_999, 30_000, 59_999.5].map((at) => timeStep(KEY, at))).toStrictEqual([
      0, 0, 0, 1, 1,
    ]);
  });

  it('counts from the epoch', () => {
    const key = importKey('MZXW6YTB', { period: 10, epoch: 1_000 });
    expect(timeStep(key, 1_000_000)).toBe(0);
    expect(timeStep(key, 1_010_000)).toBe(1);
    expect(() => timeStep(key, 999_999)).toThrow(NO_INSTANT);
  });

  it('counts from an epoch before 1970', () => {
    expect(timeStep(importKey('MZXW6YTB', { epoch: -30 }), -1)).toBe(0);
  });

  it('counts to the last instant of Date', () => {
    expect(timeStep(KEY, 8.64e15)).toBe(2.88e11);
    const early = importKey('MZXW6YTB', { epoch: -8.64e12, period: 86_400 });
    expect(timeStep(early, -8.64e15)).toBe(0);
    expect(timeStep(early, 8.64e15)).toBe(200_000_000);
  });

  it('is the exact quotient at every boundary, for any period and instant', () => {
    const period = fc.integer({ min: 1, max: 86_400 });
    const step = fc.integer({ min: 1, max: 100_000_000 });
    fc.assert(
      fc.property(period, step, (seconds, n) => {
        const key = importKey('MZXW6YTB', { period: seconds });
        expect(timeStep(key, n * seconds * 1000)).toBe(n);
        expect(timeStep(key, n * seconds * 1000 - 1)).toBe(n - 1);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, -1e300, 8.64e15 + 1, Number.MAX_VALUE])(
    'refuses %s as an instant',
    (at) => {
      expect(() => timeStep(KEY, at)).toThrow(NO_INSTANT);
      expect(() => totp(KEY, { at })).toThrow(NO_INSTANT);
      expect(() => secondsRemaining(KEY, at)).toThrow(NO_INSTANT);
    },
  );

  it.each([undefined, null, '59000', 59000n, new Date(0)])('throws a TypeError for %s', (at) => {
    expect(() => timeStep(KEY, at as never)).toThrow(TypeError);
  });
});

describe('secondsRemaining', () => {
  it('counts down from the whole period and never reaches 0', () => {
    const left = [0, 1_000, 29_000, 29_999, 30_000].map((at) => secondsRemaining(KEY, at));
    expect(left).toStrictEqual([30, 29, 1, 30 - 29.999, 30]);
  });

  it('counts from the epoch', () => {
    expect(secondsRemaining(importKey('MZXW6YTB', { epoch: 7 }), 36_000)).toBe(1);
  });
});
