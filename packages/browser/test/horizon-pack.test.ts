import { importKey, totp, verify } from '@driftlock/totp-core';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { issuePack } from '../../gateway/src/devices/horizon.js';
import { readHorizon, verifyWithPack } from '../src/horizon-pack.js';
import type { StoredPack } from '../src/schema.js';
import { AT, codeAt, horizonOf, packOf } from './custody-stage.js';

afterEach(() => vi.restoreAllMocks());

const WINDOW = { backward: 2, forward: 1 };
const NOW = AT / 30_000;
const OPTIONS = { at: AT, window: WINDOW };

function storedPack(codes: string[], first: number): StoredPack {
  const [held] = readHorizon(horizonOf(codes, { first, until: AT })).packs;
  if (!held) throw new Error('no pack');
  return held.pack;
}

describe('a horizon pack', () => {
  it('recognizes the codes that the gateway hashed, of any grid', async () => {
    const params = { algorithm: 'SHA256', digits: 7, period: 10, epoch: -5 } as const;
    const key = importKey('JBSWY3DPEHPK3PXP', params);
    const use = async <T>(work: (held: typeof key) => T) => work(key);
    const how = { at: AT, hours: 0.05, iterations: 1000 };
    const pack = await issuePack({ credential: 'app', params, use } as never, how);
    const held = readHorizon({ until: AT, packs: [JSON.parse(JSON.stringify(pack))] }).packs[0];
    const tally = { valid: 0, mismatch: 0 };
    for (let late = -60_000; late <= 240_000; late += 10_000) {
      const at = AT + 40_000;
      const code = totp(key, { at: AT + late });
      const options = { at, window: { backward: 6, forward: 3 } };
      const expected = verify(key, code, options);
      const known = AT + late >= AT - 10_000;
      const verdict = await verifyWithPack(held?.pack as StoredPack, code, options);
      expect(verdict).toStrictEqual(known ? expected : { valid: false, reason: 'mismatch' });
      tally[verdict.valid ? 'valid' : 'mismatch'] += 1;
    }
    expect(tally).toStrictEqual({ valid: 9, mismatch: 22 });
  });

  it('says what totp-core says of the same window, where the pack covers it', async () => {
    const codes = Array.from({ length: 21 }, (_, n) => codeAt(AT + (n - 10) * 30_000));
    const pack = storedPack(codes, NOW - 10);
    const key = importKey('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const tally: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          at: fc.integer({ min: AT - 200_000, max: AT + 200_000 }),
          window: fc.record({ backward: fc.nat(2), forward: fc.nat(1) }),
          steps: fc.integer({ min: -4, max: 3 }),
          typed: fc.constantFrom('right', 'right', 'right', '000000', '12345a', '1234567', ''),
          after: fc.option(fc.integer({ min: -4, max: 3 }), { nil: undefined }),
        }),
        async ({ at, window, steps, typed, after }) => {
          const code = typed === 'right' ? codeAt(at + steps * 30_000) : typed;
          const known = after === undefined ? {} : { after: Math.floor(at / 30_000) + after };
          const expected = verify(key, code, { at, window, ...known });
          const verdict = await verifyWithPack(pack, code, { at, window, ...known });
          expect(verdict).toStrictEqual(expected);
          const what = expected.valid ? 'valid' : expected.reason;
          tally[what] = (tally[what] ?? 0) + 1;
        },
      ),
      { numRuns: 200 },
    );
    for (const verdict of ['valid', 'mismatch', 'replayed', 'malformed']) {
      expect(tally[verdict]).toBeGreaterThan(5);
    }
  });

  it('names the newest step that a code is of, and replays all up to the last', async () => {
    const pack = storedPack(['111111', '222222', '111111', '333333'], NOW - 2);
    const verdicts = [];
    for (const after of [NOW - 3, NOW - 2, NOW - 1, NOW]) {
      verdicts.push(await verifyWithPack(pack, '111111', { ...OPTIONS, after }));
    }
    const newest = { valid: true, step: NOW, delta: 0 };
    const replayed = { valid: false, reason: 'replayed' };
    expect(verdicts).toStrictEqual([newest, newest, newest, replayed]);
  });

  it('hashes once for each step, whatever the code is', async () => {
    const pack = storedPack(['111111', '222222', '333333', '444444', '555555'], NOW - 2);
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    const counts = [];
    for (const code of ['111111', '333333', '444444', '000000']) {
      derive.mockClear();
      await verifyWithPack(pack, code, OPTIONS);
      counts.push(derive.mock.calls.length);
    }
    expect(counts).toStrictEqual([4, 4, 4, 4]);
  });

  it('looks no further than 60 s back and 30 s ahead, however wide the window is', async () => {
    const codes = Array.from({ length: 201 }, (_, n) => String(n).padStart(6, '0'));
    const pack = storedPack(codes, NOW - 100);
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    const wide = { at: AT, window: { backward: 2880, forward: 2880 } };
    const seen = [];
    for (const away of [-3, -2, 1, 2]) {
      derive.mockClear();
      const verdict = await verifyWithPack(pack, codes[100 + away] ?? '', wide);
      seen.push([away, verdict.valid, derive.mock.calls.length]);
    }
    expect(seen).toStrictEqual([
      [-3, false, 4],
      [-2, true, 4],
      [1, true, 4],
      [2, false, 4],
    ]);
  });

  it.each([-2000, 2000])('hashes nothing for a window outside of it (%i steps)', async (away) => {
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    const pack = storedPack(['111111'], NOW + away);
    expect(await verifyWithPack(pack, '111111', OPTIONS)).toStrictEqual({
      ...{ valid: false, reason: 'mismatch' },
    });
    expect(derive).not.toHaveBeenCalled();
  });

  it('takes no hash for another that differs in one bit, wherever that is', async () => {
    for (let byte = 0; byte < 16; byte++) {
      const pack = storedPack(['111111'], NOW);
      expect(await verifyWithPack(pack, '111111', OPTIONS)).toMatchObject({ valid: true });
      pack.hashes[byte] = (pack.hashes[byte] ?? 0) ^ 1;
      expect(await verifyWithPack(pack, '111111', OPTIONS)).toMatchObject({ valid: false });
    }
  });
});

describe('the answer that brings packs', () => {
  const good = packOf(['111111'], NOW);
  const until = AT;

  it.each([
    ['no object', undefined],
    ['a problem', { code: 'not-offered', status: 404 }],
    ['no end', { packs: [good] }],
    ['an end that is none', { until: Number.NaN, packs: [good] }],
    ['too few rounds', { until, packs: [{ ...good, iterations: 999 }] }],
    ['a salt that was cut off', { until, packs: [{ ...good, salt: 'AAAA' }] }],
    ['a hash that was cut off', { until, packs: [{ ...good, hashes: ['AAAA'] }] }],
    ['a hash that is no Base64', { until, packs: [{ ...good, hashes: ['é'.repeat(22)] }] }],
    ['no credential', { until, packs: [{ ...good, credential: '' }] }],
    ['five digits', { until, packs: [{ ...good, digits: 5 }] }],
  ])('is refused where it has %s', (_what, answer) => {
    expect(() => readHorizon(answer)).toThrow(TypeError);
  });
});
