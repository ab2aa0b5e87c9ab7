// Closed intervals and their best agreement (Marzullo's algorithm).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement, type Interval, intersect, middle, widen } from '../src/interval.js';

const interval = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(30))
  .map(([min, width]): Interval => ({ min, max: min + width }));

describe('intersect', () => {
  it('is what two intervals share', () => {
    expect(intersect({ min: 0, max: 10 }, { min: 5, max: 20 })).toStrictEqual({ min: 5, max: 10 });
    expect(intersect({ min: 0, max: 10 }, { min: 2, max: 3 })).toStrictEqual({ min: 2, max: 3 });
  });

  it('is a point where two intervals touch, and nothing where they do not meet', () => {
    expect(intersect({ min: 0, max: 5 }, { min: 5, max: 9 })).toStrictEqual({ min: 5, max: 5 });
    expect(intersect({ min: 0, max: 4 }, { min: 5, max: 9 })).toBeUndefined();
  });
});

describe('widen and middle', () => {
  it('grow an interval at both ends about the same middle', () => {
    expect(widen({ min: 1, max: 3 }, 2)).toStrictEqual({ min: -1, max: 5 });
    expect(middle({ min: -1, max: 5 })).toBe(2);
  });
});

describe('agreement', () => {
  it('is where most intervals overlap', () => {
    const given = [
      { min: 8, max: 12 },
      { min: 11, max: 13 },
      { min: 14, max: 15 },
    ];
    expect(agreement(given)).toStrictEqual({ min: 11, max: 12, count: 2 });
    expect(agreement([...given, { min: 10, max: 12 }])).toStrictEqual({
      min: 11,
      max: 12,
      count: 3,
    });
  });

  it('counts intervals that only touch, and takes the lowest of equals', () => {
    const touching = [
      { min: 0, max: 5 },
      { min: 5, max: 9 },
    ];
    expect(agreement(touching)).toStrictEqual({ min: 5, max: 5, count: 2 });
    const apart = [
      { min: 5, max: 9 },
      { min: 0, max: 1 },
    ];
    expect(agreement(apart)).toStrictEqual({ min: 0, max: 1, count: 1 });
  });

  it('holds the most points any place holds, for any intervals', () => {
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 16 }), (given) => {
        const at = (x: number): number => given.filter((i) => i.min <= x && x <= i.max).length;
        const depths = Array.from({ length: 131 }, (_, i) => at(i - 50));
        const { min, max, count } = agreement(given);
        expect(count).toBe(Math.max(...depths));
        expect([at(min), at(middle({ min, max })), at(max)]).toStrictEqual([count, count, count]);
      }),
    );
  });
});
