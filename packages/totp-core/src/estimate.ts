/** What is kept of an authenticator's clock: plain JSON, checked when it comes back. */
import { outOfRange } from './errors.js';
import { type Interval, widen } from './interval.js';

/** More samples than these teach nothing. */
export const MOST_SAMPLES = 16;
/** Refused codes kept, as evidence that the rest may be wrong. */
export const MOST_REFUSED = 8;

/** What one code showed. */
export interface DriftSample {
  /** Unix milliseconds at which it was received. */
  at: number;
  step: number;
  /** Least offset in seconds at that moment, + = fast. */
  min: number;
  max: number;
}

/** Versioned plain JSON, oldest sample first, at most 16; no key in it. */
export interface DriftEstimate {
  version: 1;
  period: number;
  epoch: number;
  /** Seconds an offset may change per second. */
  rate: number;
  /** The first best, from which all automatic correction is counted. */
  origin: number;
  /** The range of every best of the last two days with a code: a day's correction is counted from it. */
  days: { since: number; min: number; max: number }[];
  samples: DriftSample[];
  /** Codes that were real and too far off to learn from, oldest first, at most 8. They move nothing. */
  refused?: DriftSample[];
}

/** A sample's interval at another time: its ends drift apart. */
export function inflate(sample: DriftSample, { at, rate }: { at: number; rate: number }): Interval {
  return widen(sample, (rate * Math.abs(at - sample.at)) / 1000);
}

/** Refuses what was not made by `observe`, or was damaged where it was kept. */
export function checkEstimate(estimate: DriftEstimate): DriftEstimate {
  const sound =
    estimate?.version === 1 &&
    [estimate.period, estimate.epoch, estimate.rate, estimate.origin].every(isSane) &&
    estimate.period > 0 &&
    estimate.rate >= 0 &&
    estimate.rate <= 1e-3 &&
    isList(estimate.days, 2, isDay) &&
    isList(estimate.samples, MOST_SAMPLES, isSample) &&
    (estimate.refused === undefined || isList(estimate.refused, MOST_REFUSED, isSample));
  if (!sound) outOfRange('the drift estimate is not one of version 1');
  return estimate;
}

/** Of what was kept, anything may be missing. */
type Maybe<One> = Partial<One> | undefined | null;

function isList<One>(list: One[], most: number, isOne: (one: Maybe<One>) => boolean): boolean {
  return Array.isArray(list) && list.length <= most && list.every(isOne);
}

function isDay(one: Maybe<DriftEstimate['days'][number]>): boolean {
  return isSane(one?.since) && isInterval(one);
}

function isSample(one: Maybe<DriftSample>): boolean {
  return isSane(one?.at) && isSane(one?.step) && isInterval(one);
}

function isInterval(one: Maybe<Interval>): boolean {
  return isSane(one?.min) && isSane(one?.max) && one!.min! <= one!.max!;
}

/** Wider than the step counter of any key reaches, and far from where sums lose their meaning. */
function isSane(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 1e21;
}
