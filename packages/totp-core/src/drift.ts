/** An authenticator's offset as an interval over time, learned from the codes it showed. */
import { consensusOf } from './consensus.js';
import { checkNumber, outOfRange } from './errors.js';
import {
  checkEstimate,
  type DriftEstimate,
  type DriftSample,
  MOST_REFUSED,
  MOST_SAMPLES,
} from './estimate.js';
import { type Interval, widen } from './interval.js';
import { checkInstant, resolveParams } from './key.js';
import { offsetOf, TYPING } from './offset.js';
import { checkAfter } from './verify.js';

/** A code that belonged to its step, as an observation of the authenticator's clock. */
export interface Observation {
  /** Unix milliseconds at which the code was received. */
  at: number;
  /** The time step it is of. */
  step: number;
  period: number;
  /** @default 0 */
  epoch?: number;
  /** Seconds, 0 to 30, from reading the code to its arrival. @default { min: 0, max: 30 } */
  delay?: Interval;
  /** Seconds `at` may be wrong by. @default 0.5 */
  error?: number;
  /** Seconds an offset may change per second, at most 0.001. @default 5e-6 */
  rate?: number;
  /** The last step consumed: an older one teaches nothing. @default none */
  after?: number;
}

const DAY = 86_400_000;
const OLDEST = 90 * DAY;

/**
 * Adds what a code showed, unless it would let someone walk the estimate: pure, and a code that is
 * refused changes no prediction.
 *
 * A code counts if its step is newer than `after` and than every sample kept, if it lies one step
 * around the predicted one (as far behind as the delay reaches), and if the best stays within 2
 * periods of all it was on the last two days with a code, and 9 of where it began: a first guess may
 * be off by one itself. Steps not newer give back the very estimate passed in; others that do not
 * count are kept apart, and `stability` tells of them. After a resynchronization begin anew: pass
 * undefined.
 *
 * @param estimate what is known so far; undefined at first.
 * @throws TotpError `ERR_PARAMS` for an estimate that is none, one of another period or epoch, or
 * an observation out of range; `ERR_INSTANT` for `at`.
 * @example
 * estimate = observe(estimate, { at: Date.now(), step: verdict.step, period: 30 });
 */
export function observe(
  estimate: DriftEstimate | undefined,
  observation: Observation,
): DriftEstimate {
  const { at, step, after } = observation;
  const sample: DriftSample = { at, step, ...sampleInterval(observation) };
  const known = estimate === undefined ? begin(observation) : checkEstimate(estimate);
  const { period, epoch = 0, rate = known.rate } = observation;
  if (period !== known.period || epoch !== known.epoch) {
    outOfRange('the estimate is of another period or epoch');
  }
  const seen = [...known.samples.map((one) => one.step), after ?? -1];
  if (step <= Math.max(...seen) || known.refused?.some((one) => one.step === step)) return known;
  return (isNear(known, observation) && learn({ ...known, rate }, sample)) || refuse(known, sample);
}

/** Whether a code is of a step that the authenticator can have shown, by what is known of it. */
function isNear(known: DriftEstimate, { at, step, delay = TYPING }: Observation): boolean {
  const newest = known.samples.at(-1);
  if (!newest) return true;
  const { period, epoch, rate } = known;
  const now = Math.floor((at + (consensusOf(known).best - epoch) * 1000) / (period * 1000));
  const drifted = Math.round((rate * Math.abs(at - newest.at)) / (period * 1000));
  const late = Math.max(1, Math.ceil(delay.max / period));
  return step >= now - late - drifted && step <= now + 1 + drifted;
}

/** The estimate with a sample more; undefined if that would move it too far. */
function learn(known: DriftEstimate, sample: DriftSample): DriftEstimate | undefined {
  const { at } = sample;
  const { period } = known;
  const samples = [...known.samples, sample]
    .slice(-MOST_SAMPLES)
    .filter((earlier) => at - earlier.at <= OLDEST);
  const { best } = consensusOf({ ...known, samples });
  const origin = known.samples.length > 0 ? known.origin : best;
  const far = ({ min, max }: Interval): boolean =>
    best > min + 2 * period || best < max - 2 * period;
  if (known.days.some(far) || Math.abs(best - origin) > 9 * period) return undefined;
  const refused = known.refused?.filter((one) => one.at >= samples[0]!.at) ?? [];
  return { ...known, origin, days: remember(known.days, at, best), samples, refused };
}

/** Moves nothing: a refused code is kept as evidence against the others, or of a second device. */
function refuse(known: DriftEstimate, sample: DriftSample): DriftEstimate {
  return { ...known, refused: [...(known.refused ?? []), sample].slice(-MOST_REFUSED) };
}

/**
 * The offset to expect at an instant, in seconds, + = the authenticator is fast. Without a sample
 * it is anything up to a day.
 *
 * `min` and `max` hold it as long as delays and rate are as allowed, and leave room for delays twice
 * as long, ten times the rate and a false code; `stability` tells where that is not enough. `best`
 * takes into account that codes are typed late and never early.
 *
 * @param at Unix milliseconds.
 * @throws TotpError `ERR_PARAMS` for an estimate that is none, `ERR_INSTANT` for `at`.
 * @example
 * predict(estimate, Date.now()); // { min: -277.4, best: -243.7, max: -202.9 }
 */
export function predict(
  estimate: DriftEstimate,
  at: number,
): { min: number; best: number; max: number } {
  checkInstant(at);
  const newest = checkEstimate(estimate).samples.at(-1);
  if (!newest) return { min: -86_400, best: 0, max: 86_400 };
  const consensus = consensusOf(estimate);
  const { min, max } = widen(consensus, (estimate.rate * Math.abs(at - newest.at)) / 1000);
  return { min: -ceilMs(-min), best: Math.round(consensus.best * 1000) / 1000, max: ceilMs(max) };
}

/** Outward to the millisecond, the finest an instant is known; a nanosecond is rounding's own. */
function ceilMs(seconds: number): number {
  return Math.ceil(seconds * 1000 - 1e-6) / 1000;
}

function begin({ period, epoch = 0, rate = 5e-6 }: Observation): DriftEstimate {
  return { version: 1, period, epoch, rate, origin: 0, days: [], samples: [], refused: [] };
}

function sampleInterval(observation: Observation): Interval {
  const { at, step, period, epoch = 0, delay = TYPING, error = 0.5, rate = 0, after } = observation;
  checkInstant(at);
  resolveParams({ period, epoch });
  checkAfter(after);
  checkNumber(step, { name: 'step', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });
  checkNumber(delay.max, { name: 'delay.max', min: 0, max: 30 });
  checkNumber(delay.min, { name: 'delay.min', min: 0, max: delay.max });
  checkNumber(error, { name: 'error', min: 0, max: 60 });
  checkNumber(rate, { name: 'rate', min: 0, max: 1e-3 });
  return widen(offsetOf({ period, epoch }, { at, step, delay }), error);
}

/** Two days in turn, so that whatever ends now, a day of it lies within them. */
function remember(days: DriftEstimate['days'], at: number, best: number): DriftEstimate['days'] {
  const today = days.at(-1);
  if (!today || at - today.since >= DAY) {
    return [...days.slice(-1), { since: at, min: best, max: best }];
  }
  const min = Math.min(today.min, best);
  const max = Math.max(today.max, best);
  return [...days.slice(0, -1), { since: today.since, min, max }];
}
