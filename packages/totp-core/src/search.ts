/** Which steps a code may be of: ranges around an offset, searched with fixed work. */
import { checkNumber } from './errors.js';
import type { CounterMac } from './hmac.js';
import { agrees } from './hotp.js';
import type { Interval } from './interval.js';
import type { TotpParams } from './key.js';
import { TYPING } from './offset.js';
import { DAY, QUARTER, QUARTERS } from './prior.js';
import { sinceEpoch, stepOf } from './totp.js';
import { defaultReach } from './verify.js';

/** Consecutive steps, both ends included. */
export interface Steps {
  first: number;
  last: number;
}

/** A typed code as a number of so many digits. */
export interface Guess {
  digits: 6 | 7 | 8;
  number: number;
}

/** The steps an authenticator with such an offset may have shown, for a code typed just now. */
export function stepsAt(params: Required<TotpParams>, at: number, offset: Interval): Steps {
  const now = sinceEpoch(params, at);
  return {
    first: Math.max(0, Math.floor((now + offset.min - TYPING.max) / params.period)),
    last: Math.floor((now + offset.max) / params.period),
  };
}

/** All that is searched: the window, so many seconds each way, and every time zone. */
export function placesAt(params: Required<TotpParams>, at: number, reach: number): Steps[] {
  const around = (offset: number, by: number): Steps =>
    stepsAt(params, at, { min: offset - by, max: offset + by });
  const places = [windowAt(params, at), around(0, reach)];
  for (let quarter = QUARTERS.min; quarter <= QUARTERS.max; quarter++) {
    if (quarter !== 0) places.push(around(quarter * QUARTER, params.period));
  }
  return merge(places);
}

/** The steps that are accepted unless told otherwise. */
export function windowAt(params: Required<TotpParams>, at: number): Steps {
  const now = stepOf(params, at);
  const steps = defaultReach(params.period);
  return { first: Math.max(0, now - steps), last: now + steps };
}

/** The same steps without overlaps, in order. */
export function merge(ranges: readonly Steps[]): Steps[] {
  const merged: Steps[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else if (first <= last) merged.push({ first, last });
  }
  return merged;
}

/** How many steps such ranges hold. */
export function countSteps(ranges: readonly Steps[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Whether a step lies in one of the ranges. */
export function holds(ranges: readonly Steps[], step: number): boolean {
  return ranges.some(({ first, last }) => first <= step && step <= last);
}

/**
 * One byte for each step of a range, with bit n set where the n-th number is its code: one HMAC
 * each, whatever matches.
 */
export function marks(
  mac: CounterMac,
  { first, last }: Steps,
  digits: 6 | 7 | 8,
  numbers: readonly number[],
): Uint8Array {
  const found = new Uint8Array(Math.max(0, last - first + 1));
  for (let i = 0; i < found.length; i++) {
    const digest = mac.of(first + i);
    for (let n = 0; n < numbers.length; n++) {
      found[i]! |= agrees(digest, digits, numbers[n]!) << n;
    }
  }
  return found;
}

/** The steps of the ranges that the code is of. */
export function matches(mac: CounterMac, ranges: readonly Steps[], guess: Guess): number[] {
  const steps: number[] = [];
  for (const range of ranges) {
    const found = marks(mac, range, guess.digits, [guess.number]);
    for (let i = found.indexOf(1); i >= 0; i = found.indexOf(1, i + 1)) steps.push(range.first + i);
  }
  return steps;
}

/** Seconds to search each way, checked. */
export function checkMaxOffset(maxOffset: number = DAY): number {
  checkNumber(maxOffset, { name: 'maxOffset', min: 0, max: DAY });
  return maxOffset;
}
