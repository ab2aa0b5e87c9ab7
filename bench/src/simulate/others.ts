/** What other products would make of the same codes, by a reading of their code. */
import { type Login, PERIOD } from './histories.js';
import type { Scenario } from './scenarios.js';

/** The offset that each of them would go by, in seconds; undefined where it has none yet. */
export type Estimator = (logins: readonly Login[], scenario: Scenario) => number | undefined;

/** The step of a code less that of our clock. */
function skew({ at, step }: Login): number {
  return step - Math.floor(at / 1000 / PERIOD);
}

export const OTHERS: Record<string, Estimator> = {
  /** `timeShift = counter * period - now`, at each success. */
  privacyIDEA: (logins) => {
    const { at, step } = logins.at(-1)!;
    return step * PERIOD - at / 1000;
  },
  /** The same in whole steps; multiOTP's `delta_time` too. */
  LinOTP: (logins) => skew(logins.at(-1)!) * PERIOD,
  /** The mean of three skews as C divides integers, when three codes came one after the other. */
  libpam: (logins) => {
    const three = logins.slice(-3).map(skew);
    if (three.length < 3) return undefined;
    return Math.trunc((three[0]! + three[1]! + three[2]!) / 3) * PERIOD;
  },
  /** The middle of what all codes have in common. */
  midpoint: (logins, scenario) => {
    const common = intersection(logins, scenario);
    return common && (common.min + common.max) / 2;
  },
};

/** What all codes have in common, with nobody asking whether they can all be right. */
export function intersection(
  logins: readonly Login[],
  { told = {} }: Scenario,
): { min: number; max: number } | undefined {
  const { delay = { min: 0, max: 30 }, rate = 5e-6, error = 0.5 } = told;
  const now = logins.at(-1)!.at;
  let [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { at, step } of logins) {
    const begins = step * PERIOD - at / 1000;
    const apart = error + (rate * (now - at)) / 1000;
    min = Math.max(min, begins + delay.min - apart);
    max = Math.min(max, begins + PERIOD + delay.max + apart);
  }
  return min <= max ? { min, max } : undefined;
}
