// RFC 6238 written out plainly on node:crypto, and the same answers from us for any key, time and window.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Algorithm,
  importKey,
  resynchronize,
  secondsRemaining,
  timeStep,
  totp,
  type Verdict,
  verify,
  verifyMacs,
} from '../src/index.js';

interface Params {
  algorithm: Algorithm;
  digits: 6 | 7 | 8;
  period: number;
  epoch: number;
}

const secret = fc.uint8Array({ minLength: 1, maxLength: 200 });
const params: fc.Arbitrary<Params> = fc.record({
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 7, 8),
  period: fc.oneof(fc.constantFrom(1, 10, 30, 60), fc.integer({ min: 1, max: 86_400 })),
  epoch: fc.oneof(fc.constant(0), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })),
});
/** Milliseconds since the epoch. */
const elapsed = fc.oneof(fc.nat(2 ** 20), fc.nat(2 ** 43));

function macOf(secret: Uint8Array, { algorithm }: Params, step: number): Buffer {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  return createHmac(algorithm.toLowerCase(), secret).update(message).digest();
}

function codeOf(secret: Uint8Array, params: Params, step: number): string {
  const mac = macOf(secret, params, step);
  const word = mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff;
  return String(word % 10 ** params.digits).padStart(params.digits, '0');
}

/** Instants a millisecond apart from where a step begins are the ones that go wrong. */
function near(instant: number, { period, epoch }: Params, shift: number): number {
  const begin = Math.floor((instant - epoch * 1000) / (period * 1000)) * period * 1000;
  return Math.max(0, begin + shift) + epoch * 1000;
}

describe('for any parameters and instant', () => {
  it('totp, timeStep and secondsRemaining say what RFC 6238 says', () => {
    fc.assert(
      fc.property(secret, params, elapsed, fc.option(fc.constantFrom(-1, 0, 1)), (...drawn) => {
        const [secret, params, passed, shift] = drawn;
        const any = params.epoch * 1000 + passed;
        const at = shift === null ? any : near(any, params, shift);
        const key = importKey(secret, params);
        const sinceEpoch = BigInt(at) - BigInt(params.epoch) * 1000n;
        const step = Number(sinceEpoch / (BigInt(params.period) * 1000n));
        expect(timeStep(key, at)).toBe(step);
        expect(totp(key, { at })).toBe(codeOf(secret, params, step));
        const ends = (step + 1) * params.period - Number(sinceEpoch) / 1000;
        expect(secondsRemaining(key, at)).toBeCloseTo(ends, 6);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('for any parameters, window, drift and step consumed', () => {
  const reach = fc.nat(5);
  const history = fc.record({
    passed: elapsed,
    backward: reach,
    forward: reach,
    driftSteps: fc.integer({ min: -20, max: 20 }),
    /** Of the code, from the middle of the window. */
    away: fc.integer({ min: -7, max: 7 }),
    /** Of the last step consumed, from the code's. */
    after: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
  });

  /** Every step of the window one after another, by comparing text. */
  function plainly(codes: Map<number, string>, code: string, now: number, after = -1): Verdict {
    const matching = [...codes.keys()].filter((step) => codes.get(step) === code);
    const fresh = matching.filter((step) => step > after);
    if (fresh.length === 0) {
      return { valid: false, reason: matching.length > 0 ? 'replayed' : 'mismatch' };
    }
    const step = Math.max(...fresh);
    return { valid: true, step, delta: step - now };
  }

  it('verify and verifyMacs say what a plain search says', () => {
    const tally = { valid: 0, replayed: 0, mismatch: 0, malformed: 0 };
    fc.assert(
      fc.property(secret, params, history, (secret, params, drawn) => {
        const { passed, backward, forward, driftSteps, away } = drawn;
        const at = params.epoch * 1000 + passed;
        const drift = driftSteps * params.period;
        const now = Math.floor(passed / 1000 / params.period);
        const centre = now + driftSteps;
        const codes = new Map<number, string>();
        for (let step = Math.max(0, centre - backward); step <= centre + forward; step++) {
          codes.set(step, codeOf(secret, params, step));
        }
        const step = Math.max(0, centre + away);
        const code = codeOf(secret, params, step);
        const after = drawn.after === undefined ? {} : { after: step + drawn.after };
        const expected = plainly(codes, code, now, after.after);
        const options = { at, window: { backward, forward }, drift, ...after };
        expect(verify(importKey(secret, params), code, options)).toStrictEqual(expected);
        const macs = [...codes.keys()].map((one) => macOf(secret, params, one));
        const first = Math.max(0, centre - backward);
        expect(verifyMacs(macs, first, params, code, { at, ...after })).toStrictEqual(expected);
        tally[expected.valid ? 'valid' : expected.reason] += 1;
      }),
      { numRuns: 1000 },
    );
    // None of the kinds is rare.
    expect(tally.malformed).toBe(0);
    expect(Math.min(tally.valid, tally.replayed, tally.mismatch)).toBeGreaterThan(150);
  });

  it('resynchronize finds two codes made by node:crypto, and refuses those a step apart', () => {
    const offsets = fc.integer({ min: -300, max: 300 });
    const gap = fc.constantFrom(1, 2);
    const tally = { found: 0, refused: 0 };
    fc.assert(
      fc.property(secret, params, offsets, gap, fc.nat(2 ** 41), (...drawn) => {
        const [secret, params, offset, steps, passed] = drawn;
        const { period, epoch } = params;
        const at = (epoch + 1000 * period) * 1000 + passed;
        // The authenticator's clock is off by that much; both codes are read as they appear.
        const step = Math.floor(((at - epoch * 1000) / 1000 + offset) / period);
        const codes = [step, step + steps].map((one) => codeOf(secret, params, one));
        const found = resynchronize(
          importKey(secret, params),
          [
            { code: codes[0]!, at },
            { code: codes[1]!, at: at + steps * period * 1000 },
          ],
          { maxOffset: Math.min(86_400, 600 + period) },
        );
        if (codes[0] === codes[1]) return;
        if (steps === 2) {
          expect(found).toMatchObject({ synchronized: false, reason: 'mismatch' });
          tally.refused += 1;
          return;
        }
        expect(found).toMatchObject({ synchronized: true, step: step + 1 });
        if (found.synchronized) {
          expect(found.offset.min).toBeLessThanOrEqual(offset);
          expect(found.offset.max).toBeGreaterThanOrEqual(offset);
        }
        tally.found += 1;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(tally.found, tally.refused)).toBeGreaterThan(100);
  });
});
