// What is believed beforehand adds up, however it is cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awayBy, CLOCK_LIVES, CLOCKS, CODES, DAY, lateBy, shareOf, wrongBy } from '../src/prior.js';

const total = (table: Record<string, number>): number =>
  Object.values(table).reduce((sum, one) => sum + one, 0);

describe('each table', () => {
  it.each([
    ['clocks', CLOCKS],
    ['codes', CODES],
    ['clocks between two codes', CLOCK_LIVES],
  ])('of %s adds up to 1', (_, table) => {
    expect(total(table)).toBeCloseTo(1, 12);
  });
});

describe('a law', () => {
  const { right, beyond, ...wrong } = CLOCKS;
  const second = fc.integer({ min: -DAY, max: DAY });

  it.each([
    ['how far a wrong clock is off', wrongBy, total(wrong), -DAY, DAY],
    ['how far off a noted code is', awayBy, 1, -DAY, DAY],
    ['how late a code is', lateBy, 1, -DAY, -30],
  ] as const)('of %s holds all there is, once', (_, law, whole, min, max) => {
    expect(law({ min, max })).toBeCloseTo(whole, 9);
    fc.assert(
      fc.property(fc.array(second, { maxLength: 20 }), (cuts) => {
        const inside = cuts.filter((cut) => min < cut && cut < max);
        const edges = [...new Set([min, max, ...inside])].sort((a, b) => a - b);
        const parts = edges.slice(1).map((edge, i) => law({ min: edges[i]!, max: edge }));
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 9);
      }),
    );
  });

  it('has nothing late that lies ahead, or was typed in time', () => {
    expect([lateBy({ min: 0, max: 30 }), lateBy({ min: -30, max: 0 })]).toStrictEqual([0, 0]);
  });

  it('has more of summer time than of any other time zone', () => {
    const around = (seconds: number): number => wrongBy({ min: seconds - 30, max: seconds + 30 });
    expect(around(3600)).toBeGreaterThan(around(7200) * 4);
    expect(around(7200)).toBeGreaterThan(around(7650) * 4);
  });
});

describe('shareOf', () => {
  it('is the part of an interval that lies in another', () => {
    const shares = [
      { min: 0, max: 10 },
      { min: 5, max: 20 },
      { min: 10, max: 20 },
      { min: -5, max: 2 },
    ].map((other) => shareOf({ min: 0, max: 10 }, other));
    expect(shares).toStrictEqual([1, 0.5, 0, 0.2]);
  });
});
