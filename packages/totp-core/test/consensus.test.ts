// What samples agree on, and when that is in doubt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consensusOf, quorum } from '../src/consensus.js';
import { DAY, estimateOf, START, sample } from './samples.js';

/** Lags that leave codes well spread over what delays of 0 to 30 s allow. */
const LAGS = [12, 31, 22, 8, 40, 17, 27, 35];
const steady = (offset: number, count: number): [number, number][] =>
  LAGS.slice(0, count).map((lag) => [offset, lag]);

function doubtOf(codes: [number, number][], rate = 0): string | undefined {
  return consensusOf(estimateOf(codes, { rate })).doubt;
}

describe('quorum', () => {
  it('is three in four', () => {
    expect([0, 1, 3, 4, 7, 8, 12, 16].map(quorum)).toStrictEqual([0, 1, 3, 3, 6, 6, 9, 12]);
  });
});

describe('the consensus', () => {
  it('of one code is all that the code allows', () => {
    const { min, max, doubt } = consensusOf(estimateOf([[100, 20]]));
    expect({ min, max, doubt }).toStrictEqual({ min: 80, max: 140, doubt: 'few' });
  });

  it('is in doubt until there are four', () => {
    expect([1, 2, 3, 4].map((count) => doubtOf(steady(0, count)))).toStrictEqual([
      'few',
      'few',
      'few',
      undefined,
    ]);
  });

  it('starts where all codes but one allow, since one may be false and fit in', () => {
    // Lags 8, 12, 17, 22: the truth is at most 52 above the last, and 30 and a half for the quickest.
    const { min } = consensusOf(estimateOf([8, 12, 17, 22].map((lag) => [0, lag])));
    expect(min).toBe(-12);
  });

  it('starts where three in four allow, if some do not fit in', () => {
    const codes: [number, number][] = [...steady(0, 7), [90, 20]];
    const { min, doubt } = consensusOf(estimateOf(codes));
    expect(doubt).toBe('outvoted');
    // Six of eight: of the seven true lags, the second least.
    expect(min).toBe(-12);
  });

  it('ends where the quickest of so many codes has arrived, were delays twice as long', () => {
    const { min, max } = consensusOf(estimateOf(LAGS.slice(0, 4).map((lag) => [0, lag])));
    // Twice the second least lag, less the least, and 15 s + 60 s (1 - 0.004^(1/4)).
    expect(min).toBe(-12);
    expect(max).toBeCloseTo(-2 * 8 + 12 + 15 + 60 * (1 - 0.004 ** 0.25), 9);
  });

  it('ends sooner the more codes there are, and never before what they agree on', () => {
    const four = consensusOf(estimateOf(steady(0, 4)));
    const eight = consensusOf(estimateOf(steady(0, 8)));
    expect(eight.max).toBeLessThan(four.max);
    const late = consensusOf(estimateOf(LAGS.map(() => [0, 5])));
    expect([late.min, late.max]).toStrictEqual([-5, 55]);
  });

  it('counts on the period for lags that are shorter than it', () => {
    // Delays of up to 3 s, doubled 6: the lags are uniform over 30 s but for 3 s at each end.
    const estimate = estimateOf([1, 9, 17, 25].map((lag) => [0, lag]));
    const samples = estimate.samples.map((one) => ({ ...one, max: one.min + 33 }));
    const { min, max } = consensusOf({ ...estimate, samples });
    expect(min).toBe(-9);
    expect(max).toBeCloseTo(-2 + 9 + 3 + 30 * (1 - 0.004 ** 0.25), 9);
  });

  it('leaves room for ten times the rate', () => {
    const codes = LAGS.map((): [number, number] => [0, 20]);
    const { min } = consensusOf(estimateOf(codes, { rate: 1e-6 }));
    // All but one of eight allow what the code of the day before does.
    expect(min).toBeCloseTo(-20 - 0.864, 9);
  });

  it('doubts codes that share less than two fifths of a delay', () => {
    const shared = (width: number): [number, number][] => [
      [0, 0],
      [0, 20],
      [0, 30],
      [0, 60 - width],
    ];
    expect(doubtOf(shared(11.9))).toBe('spread');
    expect(doubtOf(shared(12))).toBeUndefined();
    expect(doubtOf(shared(12.1))).toBeUndefined();
  });

  it('outvotes one in four, and no more', () => {
    const [first, ...rest] = steady(0, 4);
    expect(doubtOf([first!, [300, 20], ...rest.slice(0, 2)])).toBe('outvoted');
    expect(doubtOf([first!, [300, 20], [-300, 20], ...rest])).toBe('few');
    const eight = steady(0, 8);
    expect(doubtOf([first!, [300, 20], [-300, 20], ...eight.slice(0, 5)])).toBe('outvoted');
  });

  it('forgets what was never confirmed since', () => {
    expect(doubtOf([[300, 20], ...steady(0, 4)])).toBeUndefined();
  });

  it('is of the clock as it was set last, once three codes say so', () => {
    const before = steady(0, 8);
    const after = (count: number): [number, number][] => [...before, ...steady(200, count)];
    const of = (count: number): [string | undefined, number] => {
      const { doubt, best } = consensusOf(estimateOf(after(count)));
      return [doubt, Math.round(best / 200)];
    };
    expect([0, 1, 2, 3, 4].map(of)).toStrictEqual([
      [undefined, 0],
      ['outvoted', 0],
      ['outvoted', 0],
      ['few', 1],
      [undefined, 1],
    ]);
  });

  it('is not that of a large majority, if the newest three are all against it', () => {
    const known = [...steady(0, 8), ...steady(0, 5)];
    const of = (count: number): [string | undefined, number] => {
      const { doubt, best } = consensusOf(estimateOf([...known, ...steady(200, count)]));
      return [doubt, Math.round(best / 200)];
    };
    expect([2, 3].map(of)).toStrictEqual([
      ['outvoted', 0],
      ['few', 1],
    ]);
  });

  it('goes by the longest delay of some codes for what is late, by the shortest for what is spread', () => {
    const estimate = estimateOf([0, 10, 20, 33].map((lag) => [0, lag]));
    const quick = estimate.samples.map((one, i) => (i === 3 ? { ...one, max: one.min + 40 } : one));
    // They share 7 s: more than 0.4 of 10, less than 0.4 of 30.
    const { max, doubt } = consensusOf({ ...estimate, samples: quick });
    expect(doubt).toBeUndefined();
    expect(max).toBeCloseTo(2 * 0 + 10 + 15 + 60 * (1 - 0.004 ** 0.25), 9);
  });

  it('is of all codes again, if the newest three do not all contradict the rest', () => {
    const { doubt, best } = consensusOf(estimateOf([...steady(0, 8), ...steady(200, 2), [0, 20]]));
    expect([doubt, Math.round(best / 200)]).toStrictEqual(['outvoted', 0]);
  });

  it('is of the newest code where no two agree', () => {
    const { min, max, doubt } = consensusOf(
      estimateOf([0, 500, -500, 900, -900].map((o) => [o, 20])),
    );
    expect({ min, max, doubt }).toStrictEqual({ min: -920, max: -860, doubt: 'few' });
  });

  it('is computed once, and anew where a sample, the period or the rate was changed', () => {
    const estimate = estimateOf(steady(0, 5));
    const first = consensusOf(estimate);
    expect(consensusOf({ ...estimate })).toBe(first);
    const changes: (() => void)[] = [
      () => estimate.samples.push(sample(START + 5 * DAY, 0, 30)),
      () => estimate.samples.pop(),
      () => Object.assign(estimate.samples[4]!, { min: -19 }),
      () => Object.assign(estimate.samples[4]!, { max: 39 }),
      () => Object.assign(estimate.samples[4]!, { at: START + 9 * DAY }),
      () => Object.assign(estimate, { rate: 1e-5 }),
      () => Object.assign(estimate, { period: 29 }),
    ];
    for (const change of changes) {
      const before = consensusOf(estimate);
      change();
      const after = consensusOf(estimate);
      expect(after).not.toBe(before);
      expect(after).toStrictEqual(consensusOf(structuredClone(estimate)));
    }
  });

  it('holds the offset for any codes within what is allowed, and even if one of them is not', () => {
    let doubted = 0;
    let strayed = 0;
    const codes = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), {
      minLength: 4,
      maxLength: 16,
    });
    const stray = fc.option(fc.tuple(fc.nat(15), fc.integer({ min: -45, max: 45 })));
    fc.assert(
      fc.property(codes, stray, (lags, other) => {
        const given = lags.map((lag): [number, number] => [7, lag]);
        if (other && other[0] < given.length) {
          given[other[0]] = [7 + other[1], 20];
          strayed++;
        }
        const { min, max, doubt, best } = consensusOf(estimateOf(given));
        if (doubt) doubted++;
        else if (!other) expect(min <= 7 && 7 <= max).toBe(true);
        else expect(min).toBeLessThanOrEqual(7);
        expect(min <= best && best <= max).toBe(true);
      }),
    );
    expect(Math.min(doubted, strayed)).toBeGreaterThan(10);
    expect(Math.max(doubted, strayed)).toBeLessThan(95);
  });
});
