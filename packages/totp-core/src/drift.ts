/** An authenticator's offset as an interval over time, learned from the codes it showed. */
import { outOfRange, wrongType } from './errors.js';
import { checkEstimate, type DriftEstimate, type DriftSample, MOST_SAMPLES } from './estimate.js';
import { type Agreement, agreement, type Interval, intersect, middle, widen } from './interval.js';
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
 * Adds what a code showed, unless it would let someone walk the estimate: pure, and refused
 * samples give back the very estimate passed in.
 *
 * A sample counts if its step is newer than `after` and than every sample kept, if its interval
 * comes within one period of the prediction, and if the best stays within 2 periods of all it was
 * in the last day and 10 of where it began. After a resynchronization begin anew: pass undefined.
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
  const shown = sampleInterval(observation);
  const known = estimate === undefined ? begin(observation) : checkEstimate(estimate);
  const { period, epoch = 0, rate = known.rate } = observation;
  if (period !== known.period || epoch !== known.epoch) {
    outOfRange('the estimate is of another period or epoch');
  }
  const last = known.samples.at(-1);
  if (step <= Math.max(after ?? -1, last?.step ?? -1)) return known;
  const sample: DriftSample = { at, step, ...shown };
  if (last && !intersect(widen(forecast(known, at), period), shown)) return known;
  const samples = [...known.samples, sample].slice(-MOST_SAMPLES);
  const kept = samples.filter((earlier) => at - earlier.at <= OLDEST);
  const { best } = forecast({ ...known, samples: kept }, at);
  const origin = last ? known.origin : best;
  const days = known.days.filter(
    (day, i) => i === known.days.length - 1 || at - day.since < 2 * DAY,
  );
  const near = days.every((day) => best >= day.max - 2 * period && best <= day.min + 2 * period);
  if (!near || Math.abs(best - origin) > 10 * period) return known;
  return { ...known, rate, origin, days: remember(days, at, best), samples: kept };
}

/**
 * The offset to expect at an instant, in seconds, + = the authenticator is fast. Without a sample
 * it is anything up to a day.
 *
 * @param at Unix milliseconds.
 * @throws TotpError `ERR_PARAMS` for an estimate that is none, `ERR_INSTANT` for `at`.
 * @example
 * predict(estimate, Date.now()); // { min: -262, best: -241.5, max: -221 }
 */
export function predict(
  estimate: DriftEstimate,
  at: number,
): { min: number; best: number; max: number } {
  checkInstant(at);
  const { min, best, max } = forecast(checkEstimate(estimate), at);
  return { min: -ceilMs(-min), best: Math.round(best * 1000) / 1000, max: ceilMs(max) };
}

/** Outward to the millisecond, the finest an instant is known; a nanosecond is rounding's own. */
function ceilMs(seconds: number): number {
  return Math.ceil(seconds * 1000 - 1e-6) / 1000;
}

function forecast(estimate: DriftEstimate, at: number): { min: number; best: number; max: number } {
  const { samples } = estimate;
  const last = samples.at(-1);
  if (!last) return { min: -86_400, best: 0, max: 86_400 };
  const agreed = consensus(estimate, at);
  const { min, max } = hasQuorum(agreed, samples.length) ? agreed : inflate(estimate, last, at);
  return { min, best: middle({ min, max }), max };
}

/** Whether fewer than three samples in four agree: then nothing is known but the last one. */
export function isUnstable(estimate: DriftEstimate, at: number): boolean {
  const { length } = estimate.samples;
  return length > 0 && !hasQuorum(consensus(estimate, at), length);
}

/** A sample's interval at another time: its ends drift apart. */
export function inflate(estimate: DriftEstimate, sample: DriftSample, at: number): Interval {
  return widen(sample, (estimate.rate * Math.abs(at - sample.at)) / 1000);
}

function begin({ period, epoch = 0, rate = 5e-6 }: Observation): DriftEstimate {
  return { version: 1, period, epoch, rate, origin: 0, days: [], samples: [] };
}

function sampleInterval(observation: Observation): Interval {
  if (typeof observation !== 'object' || observation === null)
    wrongType('observation', 'an object');
  const { at, step, period, epoch = 0, delay = TYPING, error = 0.5, rate = 0, after } = observation;
  checkInstant(at);
  resolveParams({ period, epoch });
  checkAfter(after);
  for (const number of [step, delay.min, delay.max, error, rate]) {
    if (typeof number !== 'number') wrongType('an observation', 'made of numbers');
  }
  if (!Number.isSafeInteger(step) || step < 0) outOfRange('step must be a step');
  if (!(delay.min >= 0 && delay.min <= delay.max && delay.max <= 30)) {
    outOfRange('delay must lie between 0 and 30 seconds');
  }
  if (!(error >= 0 && error <= 60)) outOfRange('error must be 0 to 60 seconds');
  if (!(rate >= 0 && rate <= 1e-3)) outOfRange('rate must be 0 to 0.001');
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

function consensus(estimate: DriftEstimate, at: number): Agreement {
  return agreement(estimate.samples.map((sample) => inflate(estimate, sample, at)));
}

function hasQuorum(agreed: Agreement, samples: number): boolean {
  return agreed.count >= samples - Math.floor(samples / 4);
}
