import { type Algorithm, importKey, totp, verify } from '@driftlock/totp-core';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { importDeviceKey, verifyWithKey } from '../src/device-key.js';

afterEach(() => vi.restoreAllMocks());

const AT = 1_800_000_000_000;
const WINDOW = { backward: 2, forward: 1 };
const secretOf = () => new Uint8Array(20).map((_, n) => n + 1);

describe('a device key', () => {
  it('says what totp-core says of the same seed, for every kind of seed and code', async () => {
    const tally: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          secret: fc.uint8Array({ minLength: 1, maxLength: 150 }),
          algorithm: fc.constantFrom<Algorithm>('SHA1', 'SHA256', 'SHA512'),
          digits: fc.constantFrom(6 as const, 7 as const, 8 as const),
          period: fc.integer({ min: 1, max: 90 }),
          epoch: fc.integer({ min: -1000, max: 1000 }),
          at: fc.integer({ min: 10_000_000, max: AT }),
          window: fc.record({ backward: fc.nat(6), forward: fc.nat(6) }),
          drift: fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { nil: undefined }),
          steps: fc.integer({ min: -8, max: 8 }),
          typed: fc.constantFrom('right', 'right', 'right', '000000', '12345678', '12345a', ''),
          after: fc.option(fc.integer({ min: -8, max: 8 }), { nil: undefined }),
        }),
        async ({ secret, at, window, drift, steps, typed, after, ...params }) => {
          const key = importKey(secret, params);
          const now = Math.floor((at / 1000 - params.epoch) / params.period);
          const code =
            typed === 'right' ? totp(key, { at: at + steps * params.period * 1000 }) : typed;
          const options = {
            ...{ at, window },
            ...(drift === undefined ? {} : { drift }),
            ...(after === undefined ? {} : { after: now + after }),
          };
          const expected = verify(key, code, options);
          const held = await importDeviceKey(secret, params);
          expect(await verifyWithKey(held, code, options)).toStrictEqual(expected);
          const verdict = expected.valid ? 'valid' : expected.reason;
          tally[verdict] = (tally[verdict] ?? 0) + 1;
        },
      ),
      { numRuns: 300 },
    );
    for (const verdict of ['valid', 'mismatch', 'replayed', 'malformed']) {
      expect(tally[verdict]).toBeGreaterThan(5);
    }
  });

  it('gives the secret back to nobody, and wipes the bytes it came in', async () => {
    const secret = secretOf();
    const { key } = await importDeviceKey(secret);
    expect(secret).toStrictEqual(new Uint8Array(20));
    expect({ extractable: key.extractable, usages: key.usages }).toStrictEqual({
      ...{ extractable: false, usages: ['sign'] },
    });
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toBeInstanceOf(DOMException);
  });

  it('takes Base32 as people paste it', async () => {
    const held = await importDeviceKey('gezd gnbv-gy3t qojq gezd gnbv gy3t qojq');
    expect(await verifyWithKey(held, '287082', { at: 59_000, window: WINDOW })).toStrictEqual({
      ...{ valid: true, step: 1, delta: 0 },
    });
  });

  it.each([
    ['an empty secret', new Uint8Array(0), {}, 'ERR_SECRET'],
    ['what is no Base32', 'not base32!', {}, 'ERR_SECRET'],
    ['nine digits', secretOf(), { digits: 9 as 8 }, 'ERR_PARAMS'],
  ])('refuses %s', async (_what, secret, params, code) => {
    await expect(importDeviceKey(secret, params)).rejects.toMatchObject({ code });
  });

  it('makes as many HMACs for a right code as for a wrong one, and for no code at all', async () => {
    const held = await importDeviceKey(secretOf());
    const sign = vi.spyOn(crypto.subtle, 'sign');
    const counts = [];
    for (const code of [totp(importKey(secretOf()), { at: AT }), '000000', '1', '']) {
      sign.mockClear();
      await verifyWithKey(held, code, { at: AT, window: WINDOW });
      counts.push(sign.mock.calls.length);
    }
    expect(counts).toStrictEqual([4, 4, 4, 4]);
  });
});
