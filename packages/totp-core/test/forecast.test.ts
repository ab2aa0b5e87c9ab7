// When an authenticator will have left the window.
import { describe, expect, it } from 'vitest';
import { consensusOf } from '../src/consensus.js';
import { type DriftEstimate, leavesWindow, observe, predict } from '../src/index.js';
import { DAY, estimateOf, START } from './samples.js';

const RATE = 5e-5;
const DELAYS = [5, 11, 8, 14, 6, 12, 9, 15];

/** Sixteen codes over a month, of a clock that drifts by so much a second, and ends at an offset. */
function drifting(change: number, offset: number): DriftEstimate {
  const end = START + 30 * DAY;
  let estimate: DriftEstimate | undefined;
  for (let i = 0; i < 16; i++) {
    const at = START + i * 2 * DAY + i * 17_000;
    const shows = at / 1000 + offset + (change * (at - end)) / 1000 - DELAYS[i % 8]!;
    estimate = observe(estimate, { at, step: Math.floor(shows / 30), period: 30, rate: RATE });
  }
  return estimate!;
}

describe('leavesWindow', () => {
  it('foretells when a clock that drifts is half a minute off', () => {
    const found = leavesWindow(drifting(RATE * 0.8, -20));
    expect(found.leaves).toBe(true);
    const days = ((found as { at: number }).at - START) / DAY;
    // 50 s at 3.46 s a day: 14.5 days after the thirtieth, by true numbers.
    expect(days).toBeGreaterThan(38);
    expect(days).toBeLessThan(50);
  });

  it('is when the room that is left is used up, at half a minute each way unless told', () => {
    for (const change of [RATE, -RATE]) {
      const estimate = drifting(change * 0.8, change > 0 ? -20 : 20);
      const known = consensusOf(estimate);
      const room = change > 0 ? 30 - known.best : 30 + known.best;
      const { at } = estimate.samples.at(-1)!;
      const found = leavesWindow(estimate);
      const leaving = at + Math.round((room / Math.abs(known.change)) * 1000);
      expect(found).toStrictEqual({ leaves: true, at: leaving });
      expect(leavesWindow(estimate, { backward: 30, forward: 30 })).toStrictEqual(found);
      expect(leavesWindow(estimate, { backward: 31, forward: 31 })).not.toStrictEqual(found);
    }
  });

  it('is later where more is tolerated, by as much as it takes to drift there', () => {
    const estimate = drifting(RATE * 0.8, -20);
    const [near, far] = [30, 120].map((forward) => leavesWindow(estimate, { forward }));
    const apart = ((far as { at: number }).at - (near as { at: number }).at) / DAY;
    expect(apart).toBeGreaterThan(90 / 4.4);
    expect(apart).toBeLessThan(90 / 2.6);
  });

  it('asks how far a clock may be behind, if it is slow', () => {
    const estimate = drifting(-RATE * 0.8, 0);
    const at = (tolerance: { backward?: number; forward?: number }) =>
      (leavesWindow(estimate, tolerance) as { at: number }).at;
    expect(at({ backward: 90 })).toBeGreaterThan(at({}));
    expect(at({ forward: 90 })).toBe(at({}));
  });

  it('is sooner for a slow clock that is behind already, and for a fast one ahead', () => {
    const days = (change: number, offset: number): number => {
      const tolerance = { backward: 90, forward: 90 };
      const { at } = leavesWindow(drifting(change, offset), tolerance) as { at: number };
      return (at - START) / DAY;
    };
    for (const sign of [-1, 1]) {
      // 40 s at 3.46 s a day are 11.6 days.
      const sooner = days(sign * RATE * 0.8, 0) - days(sign * RATE * 0.8, sign * 40);
      expect(sooner).toBeGreaterThan(6);
      expect(sooner).toBeLessThan(18);
    }
  });

  it('has nothing to foretell of a clock that is kept right', () => {
    expect(leavesWindow(drifting(0, -20))).toStrictEqual({ leaves: false });
  });

  it('has nothing to foretell after a few days, or before the first code', () => {
    const few = [0, 1, 2].map((day) => {
      const at = START + day * DAY;
      return { at, step: at / 30_000 };
    });
    let estimate: DriftEstimate | undefined;
    for (const code of few) estimate = observe(estimate, { ...code, period: 30 });
    expect(leavesWindow(estimate!)).toStrictEqual({ leaves: false });
    const empty = observe(undefined, { at: START, step: 5, period: 30, after: 5 });
    expect(leavesWindow(empty)).toStrictEqual({ leaves: false });
  });

  it('has happened with the newest code, if the clock is farther off already', () => {
    const at = START + 30 * DAY + 15 * 17_000;
    for (const [change, offset] of [
      [0, -100],
      [0, 100],
      [RATE, 100],
      [-RATE, -100],
      [-RATE, 100],
    ] as const) {
      const left = leavesWindow(drifting(change, offset), { backward: 60, forward: 60 });
      expect(left).toStrictEqual({ leaves: true, at });
    }
  });

  it('has not happened at the very edge', () => {
    const estimate = estimateOf([[40, 20]]);
    const { best } = predict(estimate, START);
    const exact = estimateOf([[40 - best, 20]]);
    expect(predict(exact, START).best).toBe(0);
    expect(leavesWindow(exact, { backward: 0, forward: 0 })).toStrictEqual({ leaves: false });
  });

  it('never foretells what no date can name', () => {
    const late = 8.64e15 - 40 * DAY;
    const { samples, ...rest } = drifting(RATE * 0.8, -20);
    const by = late - samples.at(-1)!.at;
    const shifted = { ...rest, samples: samples.map((one) => ({ ...one, at: one.at + by })) };
    expect(leavesWindow(shifted, { forward: 30 })).toMatchObject({ leaves: true });
    expect(leavesWindow(shifted, { forward: 3000 })).toStrictEqual({ leaves: false });
  });

  it('refuses a tolerance that is none', () => {
    const estimate = drifting(0, 0);
    const bad = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });
    for (const wrong of [-1, 86_401, Number.NaN]) {
      expect(() => leavesWindow(estimate, { backward: wrong })).toThrow(bad);
      expect(() => leavesWindow(estimate, { forward: wrong })).toThrow(bad);
    }
    expect(() => leavesWindow(estimate, { forward: '30' as never })).toThrow(TypeError);
    expect(() => leavesWindow(null as never)).toThrow(bad);
  });
});
