/** Where in an interval an offset most likely is: a code is typed late, and never early. */
import type { DriftSample } from './estimate.js';
import type { Interval } from './interval.js';

/** An offset in seconds, and how it changes, in seconds per second, give or take an error. */
export interface Likeliest {
  best: number;
  change: number;
  error: number;
}

/** Places looked at, from end to end. */
const PLACES = 65;
/** Changes looked at, each way. */
const CHANGES = 8;
/** What a sample weighs that fits nowhere: a single false code must not decide. */
const FALSE = 1e-4;
/**
 * Half of the codes arrive within this part of the longest delay allowed: typed by a person, 9 s
 * of 30, or by a program, 3 s, which is one login in twenty.
 */
const ARRIVALS = [
  { share: 0.95, half: 0.3 },
  { share: 0.05, half: 0.1 },
];

/**
 * The middle of the 0.7 periods (21 s) that most likely hold the offset at an instant. Not the mean:
 * a person, and a program that types for them, are 10 s apart and look alike after a few codes; what
 * counts is to be wrong by little in either case.
 */
export function likeliest(
  samples: readonly DriftSample[],
  { at, period, rate, within }: { at: number; period: number; rate: number; within: Interval },
): Likeliest {
  const place = (within.max - within.min) / (PLACES - 1);
  const oldest = Math.max(...samples.map((sample) => Math.abs(at - sample.at))) / 1000;
  // A change that moves no sample by a quarter of a period tells nothing.
  const changes = Math.min(CHANGES, Math.floor((4 * rate * oldest) / period));
  const weights = new Array<number>(PLACES).fill(0);
  let [total, first, second] = [0, 0, 0];
  for (let step = -changes; step <= changes; step++) {
    const change = (rate * step) / (changes || 1);
    for (const { share, half } of ARRIVALS) {
      const codes = samples.map(({ at: then, min, max }) => ({
        // How long the code had been shown, if the offset were that of the first place.
        lowest: within.min + (change * (then - at)) / 1000 - min,
        fourth: (half * (max - min - period)) ** 4,
      }));
      let all = 0;
      for (let i = 0; i < PLACES; i++) {
        let weight = share;
        for (const { lowest, fourth } of codes) {
          const shown = lowest + i * place;
          weight *= arrived(shown, fourth) - arrived(shown - period, fourth) + FALSE;
        }
        weights[i]! += weight;
        all += weight;
      }
      total += all;
      first += all * change;
      second += all * change * change;
    }
  }
  const change = first / total;
  return {
    best: within.min + place * heaviest(weights, Math.round((0.35 * period) / place)),
    change,
    error: Math.sqrt(Math.max(0, second / total - change ** 2)),
  };
}

/** The share of codes that have arrived by then: a log-logistic law of shape 4, whose median has that fourth power. */
function arrived(seconds: number, fourth: number): number {
  const elapsed = seconds > 0 ? seconds * seconds * seconds * seconds : 0;
  return elapsed > 0 ? elapsed / (elapsed + fourth) : 0;
}

/** The middle of the places whose neighbours within `reach` weigh most together. */
function heaviest(weights: readonly number[], reach: number): number {
  const before = [0];
  for (const weight of weights) before.push(before.at(-1)! + weight);
  const together = weights.map(
    (_, i) => before[Math.min(PLACES, i + reach + 1)]! - before[Math.max(0, i - reach)]!,
  );
  // Where all of it is within reach, sums differ by rounding alone.
  const enough = Math.max(...together) * (1 - 1e-6);
  const heavy = (sum: number): boolean => sum >= enough;
  return (together.findIndex(heavy) + together.findLastIndex(heavy)) / 2;
}
