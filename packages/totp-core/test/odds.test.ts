// All explanations of a code together are certain; what one gains, the others lose.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { believe } from '../src/belief.js';
import { type DriftEstimate, observe } from '../src/index.js';
import { type Explanation, type Found, type Known, weigh } from '../src/odds.js';

const PARAMS = { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 } as const;
const NOW = 60_000_000;
const AT = NOW * 30_000 + 7000;
const KNOWN: Known = { params: PARAMS, at: AT, after: -1, reach: 86_400 };

function found(more: Partial<Found> = {}): Found {
  return { steps: [], variants: { parameters: 0, slip: 0 }, digits: 6, ...more };
}

/** Samples of codes so many steps off, 100 seconds apart, the last of them 100 seconds ago. */
function estimate(deltas: readonly number[]): DriftEstimate {
  const observed = deltas.map((delta, i) => {
    const at = AT - (deltas.length - i) * 100_000;
    return observe(undefined, { at, step: Math.floor(at / 30_000) + delta, period: 30 });
  });
  return { ...observed[0]!, samples: observed.flatMap(({ samples }) => samples) };
}

function of(cause: Explanation['cause'], all: readonly Explanation[]): number {
  return all.reduce((sum, one) => sum + (one.cause === cause ? one.probability : 0), 0);
}

describe('the explanations of a code', () => {
  it('add up to 1, each between 0 and 1, whatever was found and is known', () => {
    const delta = fc.integer({ min: -2880, max: 2880 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(delta, { maxLength: 4 }),
        fc.array(delta, { minLength: 1, maxLength: 16 }),
        share,
        share,
        fc.integer({ min: -1, max: NOW + 5 }),
        fc.constantFrom(0, 300, 86_400),
        (deltas, earlier, parameters, slip, after, reach) => {
          const steps = [...new Set(deltas.map((step) => NOW + step))];
          const { all } = weigh(found({ steps, variants: { parameters, slip } }), {
            ...KNOWN,
            after,
            reach,
            estimate: estimate(earlier),
          });
          const chances = all.map(({ probability }) => probability);
          expect(Math.min(...chances)).toBeGreaterThanOrEqual(0);
          expect(chances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
          expect(all).toHaveLength(3 + 5 * steps.length);
        },
      ),
    );
  });

  it('of a code that is of no step are nothing, and clocks that were not searched', () => {
    const { all } = weigh(found(), KNOWN);
    expect(of('nothing', all) + of('beyond', all)).toBeCloseTo(1, 12);
    const near = weigh(found(), { ...KNOWN, reach: 300 }).all;
    expect(of('beyond', near)).toBeGreaterThan(5 * of('beyond', all));
  });

  it('share the probability of two steps that one code is of', () => {
    const [near, far] = [NOW - 8, NOW + 1517];
    const alone = weigh(found({ steps: [far] }), KNOWN).all;
    const both = weigh(found({ steps: [near, far] }), KNOWN).all;
    const chance = (all: readonly Explanation[], step: number): number =>
      all.reduce((sum, one) => sum + (one.step === step ? one.probability : 0), 0);
    expect(chance(alone, far)).toBeGreaterThan(0.5);
    expect(chance(both, near)).toBeGreaterThan(0.98);
    expect(chance(both, far)).toBeLessThan(0.02);
  });

  it('hold fewer typing errors the more digits a code has', () => {
    const errors = [6, 7, 8].map((digits) =>
      of('nothing', weigh(found({ steps: [NOW + 2000], digits }), KNOWN).all),
    );
    expect(errors[0]! / errors[2]!).toBeGreaterThan(50);
    expect(errors[1]).toBeLessThan(errors[0]!);
  });

  it('have a clock that was set back where a newer code was used', () => {
    const known = { ...KNOWN, after: NOW - 3 };
    const [set, free] = [known, KNOWN].map((one) =>
      of('wrong-clock', weigh(found({ steps: [NOW - 20] }), one).all),
    );
    expect(set).toBeLessThan(free! / 2);
  });
});

describe('earlier codes', () => {
  it('of another clock speak against this one, and of this one for it', () => {
    const chances = [[0, 0], [0], [-20], [-20, -20]].map((deltas) =>
      of(
        'wrong-clock',
        weigh(found({ steps: [NOW - 20] }), { ...KNOWN, estimate: estimate(deltas) }).all,
      ),
    );
    expect(chances.toSorted((a, b) => a - b)).toStrictEqual(chances);
    expect(chances[0]).toBeLessThan(0.3);
    expect(chances[3]).toBeGreaterThan(0.999);
  });

  it('say nothing new when the same code is typed again', () => {
    const again = estimate([0]);
    again.samples[0] = { ...again.samples[0]!, step: NOW - 8 };
    const weighed = weigh(found({ steps: [NOW - 8] }), { ...KNOWN, estimate: again });
    expect(weighed).toStrictEqual(weigh(found({ steps: [NOW - 8] }), KNOWN));
  });

  it('are of two clocks if they change places, and of one that was set if they do not', () => {
    const known = { params: PARAMS, at: AT, rate: 5e-6, edges: [] };
    const unstable = [
      [0, 0, 0, 0],
      [0, 0, -20, -20],
      [-20, -20, 0, 0],
      [0, 0, 0, -20, 0],
      [0, -20, 0, -20],
      [0, -20, -20, 0, 0, -20],
    ].map((deltas) => believe(estimate(deltas).samples, known).unstable);
    expect(unstable).toStrictEqual([false, false, false, false, true, true]);
  });
});
