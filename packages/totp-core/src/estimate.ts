/** What is kept of an authenticator's clock: plain JSON, checked when it comes back. */
import { outOfRange } from './errors.js';

/** More samples than these teach nothing. */
export const MOST_SAMPLES = 16;

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
  /** The range of every best of the last day or two: a day's correction is counted from it. */
  days: { since: number; min: number; max: number }[];
  samples: DriftSample[];
}

/** Refuses what was not made by `observe`, or was damaged where it was kept. */
export function checkEstimate(estimate: DriftEstimate): DriftEstimate {
  const sound =
    isObject(estimate) &&
    estimate.version === 1 &&
    areFinite([estimate.period, estimate.epoch, estimate.rate, estimate.origin]) &&
    estimate.period > 0 &&
    estimate.rate >= 0 &&
    estimate.rate <= 1e-3 &&
    Array.isArray(estimate.samples) &&
    estimate.samples.length <= MOST_SAMPLES &&
    estimate.samples.every(isSample) &&
    Array.isArray(estimate.days) &&
    estimate.days.length <= 2 &&
    estimate.days.every((day) => isObject(day) && areFinite([day.since, day.min, day.max]));
  if (!sound) outOfRange('the drift estimate is not one of version 1');
  return estimate;
}

function isSample(sample: unknown): boolean {
  if (!isObject(sample)) return false;
  const { at, step, min, max } = sample as DriftSample;
  return areFinite([at, step, min, max]) && min <= max;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function areFinite(values: unknown[]): boolean {
  return values.every(Number.isFinite);
}
