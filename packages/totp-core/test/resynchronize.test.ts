// Two consecutive codes tell an offset; nothing less does.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type CodeAt,
  hotp,
  importKey,
  type ResynchronizeOptions,
  resynchronize,
  type TotpKey,
  verify,
} from '../src/index.js';
import { openKey } from '../src/key.js';

const KEY = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const AT = 1_800_000_007_000;
const NOW = 60_000_000;

/** Codes of two steps, the second typed `apart` seconds after the first. */
function codes(first: number, second = first + 1, apart = 30): [CodeAt, CodeAt] {
  return [
    { code: hotp(KEY, first), at: AT },
    { code: hotp(KEY, second), at: AT + apart * 1000 },
  ];
}

function reason(typed: [CodeAt, CodeAt], options: ResynchronizeOptions = {}): string {
  const result = resynchronize(KEY, typed, options);
  return result.synchronized ? 'synchronized' : result.reason;
}

describe('resynchronize', () => {
  it('names the second step and the offset both codes allow', () => {
    expect(resynchronize(KEY, codes(NOW - 14, NOW - 13, 40))).toStrictEqual({
      synchronized: true,
      step: NOW - 13,
      offset: { min: -427, max: -377 },
      falsePositive: 5762e-12,
    });
  });

  it('finds any offset up to a day, whatever the delays', () => {
    const delay = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.integer({ min: -86_400, max: 86_400 }), delay, delay, (offset, d1, d2) => {
        const first = Math.floor((AT / 1000 + offset - d1) / 30);
        const apart = (first + 1) * 30 + 15 - offset + d2 - AT / 1000;
        fc.pre(apart >= 0 && apart <= 90);
        const result = resynchronize(KEY, codes(first, first + 1, apart));
        expect(result).toMatchObject({ synchronized: true, step: first + 1 });
        if (result.synchronized) {
          expect(result.offset.min <= offset && offset <= result.offset.max).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['the same step', 0],
    ['the step before', -1],
    ['the next but one', 2],
    ['the third after', 3],
  ])('does not take %s for the next', (_, ahead) => {
    const expected = ahead === 0 ? 'same-code' : 'mismatch';
    expect(reason(codes(NOW - 14, NOW - 14 + ahead))).toBe(expected);
  });

  it('is not content with one right code', () => {
    const [first, second] = codes(NOW - 14);
    expect(reason([first, { ...second, code: '123456' }])).toBe('mismatch');
    expect(reason([{ ...first, code: '123456' }, second])).toBe('mismatch');
  });

  it('takes no step that was consumed', () => {
    const pair = codes(NOW - 14);
    expect(reason(pair, { after: NOW - 15 })).toBe('synchronized');
    expect(reason(pair, { after: NOW - 14 })).toBe('replayed');
    expect(reason(pair, { after: NOW + 9 })).toBe('replayed');
  });

  it('takes a code that is all zeros, first or second', () => {
    const zeros = 349_495;
    expect(hotp(KEY, zeros)).toBe('000000');
    for (const first of [zeros - 1, zeros]) {
      const at = first * 30_000;
      const pair = [first, first + 1].map((step) => ({ code: hotp(KEY, step), at }));
      const found = resynchronize(KEY, pair as [CodeAt, CodeAt], { maxOffset: 60 });
      expect(found).toMatchObject({ synchronized: true, step: first + 1 });
    }
  });

  it('finds the first two steps there are', () => {
    for (const first of [0, 1]) {
      const pair = [first, first + 1].map((step) => ({ code: hotp(KEY, step), at: 30_000 }));
      const found = resynchronize(KEY, pair as [CodeAt, CodeAt], { maxOffset: 300 });
      expect(found).toMatchObject({ synchronized: true, step: first + 1 });
    }
  });

  it('takes codes at most three periods apart, in the order they came', () => {
    expect(reason(codes(NOW, NOW + 1, 90))).toBe('synchronized');
    expect(reason(codes(NOW, NOW + 1, 90.001))).toBe('too-far-apart');
    expect(reason(codes(NOW, NOW + 1, -0.001))).toBe('too-far-apart');
  });

  it('takes codes no further apart, though a clock and slow typing allow it', () => {
    const key = importKey('MZXW6YTB', { period: 10 });
    const step = Math.floor(AT / 10_000);
    const late = (apart: number) =>
      resynchronize(key, [
        { code: hotp(key, step), at: AT },
        { code: hotp(key, step + 1), at: AT + apart },
      ]);
    expect(late(30_000)).toMatchObject({ synchronized: true, step: step + 1 });
    expect(late(30_001)).toStrictEqual({ synchronized: false, reason: 'too-far-apart' });
  });

  it('takes no codes that no one clock can have shown at those times', () => {
    const key = importKey('MZXW6YTB', { period: 120 });
    const step = AT / 120_000;
    const first = { code: hotp(key, Math.floor(step)), at: AT };
    const second = { code: hotp(key, Math.floor(step) + 1), at: AT + 360_000 };
    expect(resynchronize(key, [first, second])).toStrictEqual({
      synchronized: false,
      reason: 'too-far-apart',
    });
  });

  it('searches no further than it is told', () => {
    expect(reason(codes(NOW - 14), { maxOffset: 300 })).toBe('mismatch');
    expect(reason(codes(NOW - 9), { maxOffset: 300 })).toBe('synchronized');
    expect(reason(codes(NOW + 10), { maxOffset: 300 })).toBe('synchronized');
    expect(reason(codes(NOW + 11), { maxOffset: 300 })).toBe('mismatch');
  });

  it('calls what is no code malformed, and never throws for it', () => {
    const [first, second] = codes(NOW);
    fc.assert(
      fc.property(fc.anything(), (code) => {
        fc.pre(typeof code !== 'string' || !/^[0-9]{6}$/.test(code));
        expect(reason([{ ...first, code: code as string }, second])).toBe('malformed');
        expect(reason([first, { ...second, code: code as string }])).toBe('malformed');
      }),
    );
  });

  it('throws for what only a caller can get wrong', () => {
    const pair = codes(NOW);
    for (const wrong of [{ after: Number.NaN }, { maxOffset: -1 }, { maxOffset: 86_401 }]) {
      expect(() => resynchronize(KEY, pair, wrong)).toThrow(
        expect.objectContaining({ code: 'ERR_PARAMS' }),
      );
    }
    for (const wrong of [null, [], [pair[0]], [...pair, pair[0]], 'codes', [null, pair[1]]]) {
      expect(() => resynchronize(KEY, wrong as never)).toThrow(TypeError);
    }
    expect(() => resynchronize(KEY, [{ ...pair[0], at: Number.NaN }, pair[1]])).toThrow(
      expect.objectContaining({ code: 'ERR_INSTANT' }),
    );
  });

  it('takes two codes that arrive at once, and none that went back in time', () => {
    expect(resynchronize(KEY, codes(NOW - 14, NOW - 13, 0))).toMatchObject({
      synchronized: true,
      offset: { min: -397, max: -367 },
    });
    expect(reason(codes(NOW - 14, NOW - 13, -30))).toBe('too-far-apart');
    expect(reason(codes(NOW - 14, NOW - 13, 120))).toBe('too-far-apart');
  });

  it('does not take them the other way round', () => {
    const [first, second] = codes(NOW - 14);
    const swapped = [
      { ...second, at: first.at },
      { ...first, at: second.at },
    ] as const;
    expect(reason([...swapped])).toBe('mismatch');
  });

  it('refuses two equal codes even of two steps: one may be a repeat of the other', () => {
    const [one, two] = [59_061_240, 59_061_241];
    expect(hotp(KEY, one)).toBe(hotp(KEY, two));
    const at = two * 30_000;
    const code = hotp(KEY, one);
    expect(
      reason([
        { code, at: at - 1000 },
        { code, at },
      ]),
    ).toBe('same-code');
  });

  it('computes the same HMACs whatever the codes are', () => {
    const { mac } = openKey(KEY);
    const spy = vi.spyOn(mac, 'of');
    const work = (typed: [CodeAt, CodeAt], options: ResynchronizeOptions = {}): number => {
      spy.mockClear();
      resynchronize(KEY, typed, options);
      return spy.mock.calls.length;
    };
    try {
      const right = codes(NOW - 14);
      const wrong: [CodeAt, CodeAt] = [
        { ...right[0], code: '123456' },
        { ...right[1], code: '654321' },
      ];
      const counts = [
        work(right),
        work(wrong),
        work(codes(NOW + 2000)),
        work(right, { after: NOW }),
      ];
      expect(new Set(counts).size).toBe(1);
      expect(counts[0]).toBeGreaterThan(5761);
    } finally {
      spy.mockRestore();
    }
  });
});

describe('a replay by resynchronizing', () => {
  it('of a used code and the next fails (LinOTP issue 110)', () => {
    const used = NOW - 14;
    expect(reason(codes(used, used + 1), { after: used })).toBe('replayed');
  });

  it('of noted codes 41 steps older than a used one fails, though never used (LinOTP issue 110)', () => {
    expect(reason(codes(NOW - 41, NOW - 40))).toBe('synchronized');
    expect(reason(codes(NOW - 41, NOW - 40), { after: NOW })).toBe('replayed');
  });

  it('with any code of a resynchronization fails, and the one after it works once (libpam)', () => {
    const result = resynchronize(KEY, codes(NOW - 2, NOW - 1));
    expect(result).toMatchObject({ synchronized: true, step: NOW - 1 });
    const after = NOW - 1;
    for (const first of [NOW - 3, NOW - 2, NOW - 1]) {
      expect(reason(codes(first), { after })).toBe('replayed');
    }
    const verdicts = [NOW - 2, NOW - 1, NOW].map((step) =>
      verify(KEY, hotp(KEY, step), { at: AT, after, window: { backward: 3, forward: 0 } }),
    );
    expect(verdicts).toStrictEqual([
      { valid: false, reason: 'replayed' },
      { valid: false, reason: 'replayed' },
      { valid: true, step: NOW, delta: 0 },
    ]);
    expect(verify(KEY, hotp(KEY, NOW), { at: AT, after: NOW })).toStrictEqual({
      valid: false,
      reason: 'replayed',
    });
  });

  it('fails for every pair that has a step at or before the last consumed', () => {
    const tally = { synchronized: 0, replayed: 0 };
    fc.assert(
      fc.property(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -40, max: 40 }), (s, a) => {
        const said = reason(codes(NOW + s), { after: NOW + a, maxOffset: 1800 });
        expect(said).toBe(s > a ? 'synchronized' : 'replayed');
        tally[said as 'replayed']++;
      }),
    );
    expect(tally.synchronized).toBeGreaterThan(20);
    expect(tally.replayed).toBeGreaterThan(20);
  });
});

describe('the false-positive probability', () => {
  function stated(key: TotpKey, step: number, options: ResynchronizeOptions): number {
    const result = resynchronize(
      key,
      [
        { code: hotp(key, step), at: AT },
        { code: hotp(key, step + 1), at: AT },
      ],
      options,
    );
    if (!result.synchronized) throw new Error(result.reason);
    return result.falsePositive;
  }

  // A code of no step searched can't be half of a pair, so these are all pairs there are.
  it.each<[string, ResynchronizeOptions]>([
    ['all of them', {}],
    ['those after the last consumed', { after: NOW + 3 }],
  ])('is the share of pairs that synchronize: %s', (_, more) => {
    const options = { maxOffset: 300, ...more };
    const [first, last] = [NOW - 11, NOW + 10];
    const shown = Array.from({ length: last - first + 4 }, (_, i) => hotp(KEY, first - 1 + i));
    let taken = 0;
    for (const one of shown) {
      for (const two of shown) {
        if (
          reason(
            [
              { code: one, at: AT },
              { code: two, at: AT },
            ],
            options,
          ) === 'synchronized'
        ) {
          taken++;
        }
      }
    }
    expect(taken).toBe(more.after === undefined ? 22 : 7);
    expect(stated(KEY, NOW + 5, options)).toBe(taken / 1e12);
  });

  it.each([
    [6, 30],
    [7, 10],
    [8, 60],
  ] as const)(
    'of %i digits and %i seconds is that of a day each way, less what repeats',
    (digits, period) => {
      const key = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { digits, period });
      const now = Math.floor(AT / 1000 / period);
      const far = Math.ceil((86_400 + 30) / period) + 1;
      const all = Array.from({ length: 2 * far + 2 }, (_, i) => hotp(key, now - far + i));
      const pairs = all
        .slice(0, -1)
        .map((code, i) => ({
          step: now - far + i,
          pair: `${code} ${all[i + 1]}`,
          equal: code === all[i + 1],
        }))
        .filter(({ step, equal }) => {
          const begins = step * period - AT / 1000;
          return !equal && begins + period > -86_400 - 30 && begins <= 86_400;
        });
      const distinct = new Set(pairs.map(({ pair }) => pair)).size;
      const claimed = stated(key, now, {}) * 100 ** digits;
      expect(claimed).toBeCloseTo(pairs.length, 3);
      expect(distinct / claimed).toBeGreaterThan(0.999);
      expect(distinct).toBeLessThanOrEqual(Math.round(claimed));
    },
  );

  it('is all that random codes have', () => {
    const random = fc.integer({ min: 0, max: 999_999 }).map((n) => String(n).padStart(6, '0'));
    fc.assert(
      fc.property(random, random, (one, two) => {
        fc.pre(one !== two);
        expect(
          reason([
            { code: one, at: AT },
            { code: two, at: AT },
          ]),
        ).toBe('mismatch');
      }),
      { numRuns: 50 },
    );
  });
});
