/** What is believed of a code before it is looked at: every number here is a judgement (decision 0010). */
import { type Interval, intersect } from './interval.js';
import { TYPING } from './offset.js';

/** How the clocks stand of the authenticators whose codes are asked about; they add up to 1. */
export const CLOCKS = {
  right: 0.62, // within 15 seconds
  summerTime: 0.05, // an hour off, set by hand
  timeZone: 0.12, // another multiple of 15 minutes off, set by hand
  free: 0.2, // anything up to a day off, one to two minutes as likely as one to two hours
  beyond: 0.01, // more than a day off
} as const;

/** What is typed, of all codes asked about; they add up to 1. */
export const CODES = {
  fresh: 0.37, // as it was shown, within 30 seconds
  late: 0.06, // later than that, half of them by less than 20 seconds
  noted: 0.01, // from another time up to a day away: written down, passed on, made in advance
  replayed: 0.04, // the very code that was used last
  parameters: 0.02, // this secret's, under another algorithm, digit count or period
  slip: 0.002, // the present code with its first digit twice, or without it
  nothing: 0.498, // another typing error, or of another secret
} as const;

/** What becomes of a clock between two codes; they add up to 1. */
export const CLOCK_LIVES = {
  stayed: 0.92, // runs on
  changed: 0.05, // was set anew once
  second: 0.03, // is one of two: another authenticator has the same secret
} as const;

/** Of two authenticators, how often one is used: seldom, as often as the other, mostly. */
export const USES: readonly number[] = [0.1, 0.5, 0.9];

/** The farthest that an offset is searched, in seconds. */
export const DAY = 86_400;
/** The offsets of time zones set by hand, in quarters of an hour; 0 is none. */
export const QUARTERS: Interval = Object.freeze({ min: -48, max: 56 });
export const QUARTER = 900;
/** What a right clock may be off by, in seconds. */
export const RIGHT: Interval = Object.freeze({ min: -15, max: 15 });

const BY_HAND = 30; // A clock set by hand is this exact, in seconds.
const FLAT = 30; // Within this, no offset is likelier than another.
const HURRY = 30; // Of late codes, the mean seconds by which they are.

/** How probable it is that a clock is wrong, and off by something in this interval. */
export function wrongBy(interval: Interval): number {
  let probability = CLOCKS.free * awayBy(interval);
  const last = Math.min(QUARTERS.max, Math.floor((interval.max + BY_HAND) / QUARTER));
  const first = Math.max(QUARTERS.min, Math.ceil((interval.min - BY_HAND) / QUARTER));
  for (let quarter = first; quarter <= last; quarter++) {
    probability += ofZone(quarter) * shareOf(zone(quarter), interval);
  }
  return probability;
}

function ofZone(quarter: number): number {
  if (quarter === 0) return 0;
  return Math.abs(quarter) === 4 ? CLOCKS.summerTime / 2 : CLOCKS.timeZone / 102;
}

/** Of what is anything up to a day away, the share in this interval: as much in each doubling. */
export function awayBy({ min, max }: Interval): number {
  return (doublings(max) - doublings(min)) / (2 * doublings(DAY));
}

/** Of late codes, the share that was on its way for these seconds, both ends negative. */
export function lateBy({ min, max }: Interval): number {
  const later = (seconds: number): number => Math.exp(-Math.max(0, -seconds - TYPING.max) / HURRY);
  return later(max) - later(min);
}

/** The share of an interval that lies within another. */
export function shareOf(interval: Interval, other: Interval): number {
  const common = intersect(interval, other);
  return common ? (common.max - common.min) / (interval.max - interval.min) : 0;
}

/** The offsets of a clock set by hand to such a time zone. */
export function zone(quarter: number): Interval {
  return { min: quarter * QUARTER - BY_HAND, max: quarter * QUARTER + BY_HAND };
}

function doublings(seconds: number): number {
  const far = Math.min(Math.abs(seconds), DAY) / FLAT;
  return Math.sign(seconds) * (far <= 1 ? far : 1 + Math.log(far));
}
