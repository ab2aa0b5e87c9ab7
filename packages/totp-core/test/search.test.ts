// Ranges of steps around an offset.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hotp, importKey } from '../src/index.js';
import { openKey } from '../src/key.js';
import { countSteps, holds, matches, merge, stepsAt } from '../src/search.js';

const KEY = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const START = 1_800_000_000_000;

describe('stepsAt', () => {
  it('holds every step an authenticator may have shown, however long it was typed', () => {
    const period = fc.constantFrom(1, 10, 30, 60);
    const seconds = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        period,
        fc.nat(1e6),
        fc.integer({ min: -5000, max: 5000 }),
        seconds,
        (p, ms, o, d) => {
          const { params } = importKey('MZXW6YTB', { period: p });
          const at = START + ms;
          const shown = Math.floor((at / 1000 - 30 * d + o) / p);
          expect(holds([stepsAt(params, at, { min: o, max: o })], shown)).toBe(true);
        },
      ),
    );
  });

  it('ends at the epoch', () => {
    expect(stepsAt(KEY.params, 60_000, { min: -86_400, max: 0 })).toStrictEqual({
      first: 0,
      last: 2,
    });
    expect(countSteps(merge([stepsAt(KEY.params, 0, { min: -900, max: -900 })]))).toBe(0);
  });
});

describe('merge', () => {
  it('holds the same steps, each once and in order', () => {
    const steps = fc.tuple(fc.nat(100), fc.integer({ min: -2, max: 20 }));
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), (pairs) => {
        const ranges = pairs.map(([first, width]) => ({ first, last: first + width }));
        const merged = merge(ranges);
        const all = Array.from({ length: 130 }, (_, step) => step);
        const held = all.filter((step) => holds(ranges, step));
        expect(all.filter((step) => holds(merged, step))).toStrictEqual(held);
        expect(countSteps(merged)).toBe(held.length);
        expect(merged.every((r, i) => i === 0 || merged[i - 1]!.last + 1 < r.first)).toBe(true);
      }),
    );
  });
});

describe('matches', () => {
  it('names every step a code is of, and no other', () => {
    const number = Number(hotp(KEY, 500));
    const ranges = [
      { first: 490, last: 499 },
      { first: 500, last: 500 },
      { first: 700, last: 699 },
    ];
    expect(matches(openKey(KEY).mac, ranges, { digits: 6, number })).toStrictEqual([500]);
    expect(matches(openKey(KEY).mac, ranges.slice(0, 1), { digits: 6, number })).toStrictEqual([]);
  });

  it('names both where two steps of a range have one code', () => {
    const first = new Map<string, number>();
    const pairs = Array.from({ length: 4000 }, (_, step) => step).flatMap((step) => {
      const code = hotp(KEY, step);
      const earlier = first.get(code);
      first.set(code, earlier ?? step);
      return earlier === undefined ? [] : [{ code, steps: [earlier, step] }];
    });
    expect(pairs.length).toBeGreaterThan(1);
    for (const { code, steps } of pairs) {
      const guess = { digits: 6, number: Number(code) } as const;
      expect(matches(openKey(KEY).mac, [{ first: 0, last: 3999 }], guess)).toStrictEqual(steps);
    }
  });
});
