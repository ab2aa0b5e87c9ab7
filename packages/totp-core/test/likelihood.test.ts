// Where an offset most likely is, by codes that were typed late.
import { describe, expect, it } from 'vitest';
import { likeliest } from '../src/likelihood.js';
import { DAY, START, sample } from './samples.js';

const WITHIN = { min: -70, max: 70 };
const PLACE = 140 / 64;

function bestOf(lags: readonly number[], more: { period?: number; within?: typeof WITHIN } = {}) {
  const samples = lags.map((lag, day) => sample(START + day * DAY, 0, lag));
  return likeliest(samples, { at: START, period: 30, rate: 0, within: WITHIN, ...more });
}

/** Lags of codes that took `least` to `most` seconds, at every phase of the period. */
function lags(least: number, most: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    // Not in order: lags that rise with time are those of a clock that drifts.
    const phase = (30 * (((i * 5) % count) + 0.5)) / count;
    return phase + least + ((most - least) * ((i * 3 + 2) % count)) / (count - 1);
  });
}

describe('the likeliest offset', () => {
  it('is near the truth for people, who take some ten seconds', () => {
    expect(Math.abs(bestOf(lags(3, 20, 16)).best)).toBeLessThan(3);
  });

  it('is near enough for a program, which takes no time', () => {
    const { best } = bestOf(lags(0, 2, 16));
    expect(Math.abs(best)).toBeLessThan(12);
    // The middle of what is possible is 14 s too high.
    expect(best).toBeGreaterThan(0);
  });

  it('comes from people, until the codes say otherwise', () => {
    // Half of the codes arrive within 9 s and are read in the middle of the period.
    const { best } = bestOf([20]);
    expect(best).toBeGreaterThan(-2 * PLACE);
    expect(best).toBeLessThan(5 + 2 * PLACE);
  });

  it('is not moved by a false code', () => {
    const typed = lags(3, 20, 8);
    const { best } = bestOf(typed);
    expect(Math.abs(bestOf([...typed, 500]).best - best)).toBeLessThan(PLACE);
    expect(Math.abs(bestOf([...typed, -500]).best - best)).toBeLessThan(PLACE);
  });

  it('is the middle of where it may be, if the codes tell nothing', () => {
    expect(bestOf([-500, -500]).best).toBe(0);
    expect(bestOf([20], { within: { min: 3, max: 3 } }).best).toBe(3);
    const narrow = { min: 5, max: 6 };
    expect(bestOf(lags(3, 20, 8), { within: narrow }).best).toBe(5.5);
  });

  it('is as near for codes without any delay to speak of', () => {
    const samples = [3, 9, 15, 21, 27].map((lag) => ({ ...sample(START, 0, lag), max: 30 - lag }));
    const { best } = likeliest(samples, { at: START, period: 30, rate: 0, within: WITHIN });
    expect(Math.abs(best)).toBeLessThan(4);
  });

  it('is what it was when its figures were published', () => {
    const within = { min: -8, max: 24 };
    const bests = [lags(0, 2, 8), lags(0, 5, 4), lags(3, 20, 8)].map(
      (typed) => bestOf(typed, { within }).best,
    );
    expect(bests).toStrictEqual([9.5, 7, 2]);
  });

  it('scales with the period and the delay', () => {
    const wide = bestOf(lags(3, 20, 8)).best;
    const samples = lags(3, 20, 8).map((lag) => ({
      at: START,
      step: 1,
      min: -lag / 3,
      max: 20 - lag / 3,
    }));
    const within = { min: -70 / 3, max: 70 / 3 };
    const { best } = likeliest(samples, { at: START, period: 10, rate: 0, within });
    expect(best).toBeCloseTo(wide / 3, 9);
  });
});

describe('how the offset changes', () => {
  const drifting = (perSecond: number, days: number, rate: number) => {
    const typed = lags(5, 15, 16);
    const samples = typed.map((lag, i) => {
      const at = START + (i * days * DAY) / 15;
      return sample(at, (perSecond * (at - START - days * DAY)) / 1000, lag);
    });
    const at = START + days * DAY;
    return likeliest(samples, { at, period: 30, rate, within: WITHIN });
  };

  it('is learned from codes of many days', () => {
    for (const change of [-4e-5, -1e-5, 2e-5, 4e-5]) {
      const found = drifting(change, 30, 5e-5);
      expect(Math.abs(found.change - change)).toBeLessThan(8e-6);
      expect(Math.abs(found.best)).toBeLessThan(8);
      expect(found.error).toBeLessThan(1e-5);
    }
  });

  it('is not known from codes that no change would move by a quarter of a period', () => {
    const { change, error } = drifting(4e-5, 1, 5e-5);
    expect({ change, error }).toStrictEqual({ change: 0, error: 0 });
    const { error: some } = drifting(4e-5, 2, 5e-5);
    expect(some).toBeGreaterThan(0);
  });

  it('is none for a clock that is kept right', () => {
    const { change, error } = drifting(0, 30, 5e-5);
    expect(Math.abs(change)).toBeLessThan(2 * error + 1e-6);
  });
});
