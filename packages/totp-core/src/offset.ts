/** What one code tells of its authenticator's clock. */
import type { Interval } from './interval.js';

/**
 * The seconds an offset may be, if a code of this step arrived at this time: not shown early, and
 * not on its way for longer than the delay.
 */
export function offsetOf(
  { period, epoch = 0 }: { period: number; epoch?: number },
  { at, step, delay = TYPING }: { at: number; step: number; delay?: Interval },
): Interval {
  // In milliseconds: seconds since 1970 leave too few digits for a fraction to be exact.
  const begins = (step * period * 1000 - (at - epoch * 1000)) / 1000;
  return { min: begins + delay.min, max: begins + period + delay.max };
}

/** Seconds from reading a code to its arrival, typed by hand. */
export const TYPING: Interval = Object.freeze({ min: 0, max: 30 });
