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

  it('counts intervals that only touch', () => {
    const touching = [
      { min: 0, max: 5 },
      { min: 5, max: 9 },
    ];
    expect(agreement(touching)).toStrictEqual({ min: 5, max: 5, count: 2 });
  });

  it('reaches from the first to the last place, where several are held by as many', () => {
    const apart = [
      { min: 5, max: 9 },
      { min: 0, max: 1 },
    ];
    expect(agreement(apart)).toStrictEqual({ min: 0, max: 9, count: 1 });
  });

  it('may be of fewer than all, and then holds the truth of that many', () => {
    const given = [
      { min: 0, max: 10 },
      { min: 4, max: 14 },
      { min: 6, max: 20 },
    ];
    expect(agreement(given, 3)).toStrictEqual({ min: 6, max: 10, count: 3 });
    expect(agreement(given, 2)).toStrictEqual({ min: 4, max: 14, count: 2 });
    expect(agreement(given, 1)).toStrictEqual({ min: 0, max: 20, count: 1 });
    expect(agreement(given.slice(0, 2), 3)).toStrictEqual({ min: 4, max: 10, count: 2 });
  });

  it('is of none where there is none', () => {
    expect(agreement([]).count).toBe(0);
  });

  it('reaches from the first to the last point that so many hold, for any intervals', () => {
    let fewer = 0;
    fc.assert(
      fc.property(
        fc.array(interval, { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 1, max: 16 }),
        (given, asked) => {
          const points = Array.from({ length: 131 }, (_, i) => i - 50);
          const depth = (x: number): number =>
            given.filter(({ min, max }) => min <= x && x <= max).length;
          const count = Math.min(asked, Math.max(...points.map(depth)));
          if (count < asked) fewer++;
          const held = points.filter((x) => depth(x) >= count);
          expect(agreement(given, asked)).toStrictEqual({
            min: held[0],
            max: held.at(-1),
            count,
          });
        },
      ),
    );
    expect(fewer).toBeGreaterThan(10);
  });
});
