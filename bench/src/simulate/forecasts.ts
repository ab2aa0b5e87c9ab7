/** How well it is foretold when a clock that drifts leaves the window. */
import { type DriftEstimate, leavesWindow, observe } from '@driftlock/totp-core';
import { createDice } from '../diagnose/dice.js';
import { type Errors, errorsOf } from './cell.js';
import { person } from './delays.js';
import { logins, PERIOD } from './histories.js';

export interface Forecast {
  name: string;
  /** Share of the trials in which something is foretold. */
  foretold: number;
  /** Of those, by how much of the time left the instant is wrong; none of a clock that never leaves. */
  error?: Errors;
}

const TOLERANCE = 300;
const CLOCKS = [
  { name: 'kept right', ppm: 0, told: 50 },
  { name: '3 ppm, 5 allowed', ppm: 3, told: 5 },
  { name: '20 ppm, 50 allowed', ppm: 20, told: 50 },
  { name: '40 ppm, 50 allowed', ppm: 40, told: 50 },
];

/** Twenty codes typed within two months, by clocks that start near the right time. */
export function forecasts({ trials, seed }: { trials: number; seed: number }): Forecast[] {
  return CLOCKS.map(({ name, ppm, told }) => {
    const dice = createDice(seed);
    const errors: number[] = [];
    let foretold = 0;
    for (let trial = 0; trial < trials; trial++) {
      const history = { name, kind: 'default', delay: person, ppm, always: true } as const;
      const all = logins({ ...history, gap: 3 * 86_400, jitter: 86_400, error: 0.5 }, 20, dice);
      const last = all.at(-1)!;
      // The steps of a clock that is right at the end.
      const right = Math.round(last.offset / PERIOD);
      let estimate: DriftEstimate | undefined;
      for (const { at, step } of all) {
        estimate = observe(estimate, { at, step: step - right, period: PERIOD, rate: told * 1e-6 });
      }
      const found = leavesWindow(estimate!, { backward: TOLERANCE, forward: TOLERANCE });
      if (!found.leaves) continue;
      foretold++;
      if (ppm === 0) continue;
      const way = Math.sign(last.offset - all[0]!.offset);
      const left = (TOLERANCE - way * (last.offset - right * PERIOD)) / (ppm * 1e-6);
      errors.push(Math.abs((found.at - last.at) / 1000 - left) / left);
    }
    const share = foretold / trials;
    return { name, foretold: share, ...(errors.length > 0 ? { error: errorsOf(errors) } : {}) };
  });
}
