/** This machine's own clock against what it showed before and what witnesses say; pure. */
import { outOfRange, wrongType } from './errors.js';
import { checkInstant } from './key.js';

/** Both clocks at one moment, in milliseconds. */
export interface ClockReading {
  /** Unix milliseconds, as `Date.now()` gives. */
  wall: number;
  /** Milliseconds from any origin, as `performance.now()` gives. */
  monotonic: number;
  /**
   * Names the monotonic clock's origin: its readings are compared only within a session. Needed
   * where a record outlives the process that made it.
   */
  session?: string;
}

/** Only `safe` is safe: `unknown` was never witnessed, `unsafe` is known to be wrong. */
export type ClockState = 'safe' | 'unsafe' | 'unknown';

/** Behind the newest time seen, fallen against the monotonic clock, or off by a witness. */
export type ClockReason = 'rolled-back' | 'stepped' | 'off';

/** What is remembered of a clock: versioned plain JSON, to be kept wherever the caller likes. */
export interface ClockRecord {
  version: 1;
  /** The newest time seen, Unix milliseconds. */
  newest: number;
  /** Whether a witness or an operator ever vouched for this clock. */
  witnessed: boolean;
  /** Why the clock is unsafe, until a witness or an operator clears it. */
  unsafe?: ClockReason;
  /** The furthest the wall clock was seen ahead of the monotonic one, in one session. */
  lead: number;
  session?: string;
}

const ROLLBACK = 60_000;
const FALL = 5_000;
// A witness has a resolution of one second and a round trip; 5 s is a sixth of the usual period.
const OFF = 5_000;
const VAGUE = 60_000;

/**
 * Takes one reading of the clock.
 *
 * Unsafe is sticky. A clock set forward can't be told from a machine that slept: it stays as safe
 * as it was.
 *
 * @param record what was kept of earlier readings; undefined at first.
 * @returns the record to keep, the state, and the reason where that is `unsafe`.
 * @throws TotpError `ERR_INSTANT` for a reading, `ERR_PARAMS` for a record that are none.
 * @example
 * const { record, state } = readClock(kept, { wall: Date.now(), monotonic: performance.now() });
 */
export function readClock(
  record: ClockRecord | undefined,
  reading: ClockReading,
): { record: ClockRecord; state: ClockState; reason?: ClockReason } {
  checkReading(reading);
  const next = record === undefined ? begin(reading) : advance(checkRecord(record), reading);
  if (next.unsafe !== undefined) return { record: next, state: 'unsafe', reason: next.unsafe };
  return { record: next, state: next.witnessed ? 'safe' : 'unknown' };
}

/**
 * Weighs a reading against a witness of true time, and sets the newest time seen anew. A witness
 * vaguer than a minute changes nothing; one that puts this clock more than 5 s off makes it unsafe.
 *
 * @param truth Unix milliseconds between which true time lay at the moment of the reading.
 * @throws TotpError `ERR_INSTANT` for a reading or witness, `ERR_PARAMS` for a record that are none.
 * @example
 * record = witnessClock(record, reading, { min: date, max: date + 1000 + roundTrip });
 */
export function witnessClock(
  record: ClockRecord | undefined,
  reading: ClockReading,
  truth: { min: number; max: number },
): ClockRecord {
  const seen = readClock(record, reading).record;
  checkInstant(truth.min, 'min');
  checkInstant(truth.max, 'max');
  if (truth.min > truth.max) outOfRange('a witness needs min before max');
  if (truth.max - truth.min > VAGUE) return seen;
  const right = reading.wall >= truth.min - OFF && reading.wall <= truth.max + OFF;
  if (right) return trustClock(record, reading);
  return { ...begin(reading), newest: truth.max, witnessed: true, unsafe: 'off' };
}

/**
 * An operator vouches for the clock as it reads now.
 *
 * @throws TotpError `ERR_INSTANT` for a reading, `ERR_PARAMS` for a record that are none.
 * @example
 * record = trustClock(record, { wall: Date.now(), monotonic: performance.now() });
 */
export function trustClock(record: ClockRecord | undefined, reading: ClockReading): ClockRecord {
  checkReading(reading);
  if (record !== undefined) checkRecord(record);
  return { ...begin(reading), witnessed: true };
}

function begin({ wall, monotonic, session }: ClockReading): ClockRecord {
  const lead = wall - monotonic;
  return {
    version: 1,
    newest: wall,
    witnessed: false,
    lead,
    ...(session === undefined ? {} : { session }),
  };
}

function advance(record: ClockRecord, reading: ClockReading): ClockRecord {
  const now = begin(reading);
  const comparable = record.session === reading.session;
  // Against the furthest lead of the session, so that many small steps back count as one.
  const stepped = comparable && record.lead - now.lead > FALL;
  const unsafe =
    record.unsafe ??
    (stepped ? 'stepped' : undefined) ??
    (record.newest - reading.wall > ROLLBACK ? 'rolled-back' : undefined);
  return {
    ...now,
    newest: Math.max(record.newest, reading.wall),
    witnessed: record.witnessed,
    lead: comparable ? Math.max(record.lead, now.lead) : now.lead,
    ...(unsafe === undefined ? {} : { unsafe }),
  };
}

function checkReading(reading: ClockReading): void {
  if (typeof reading !== 'object' || reading === null) wrongType('reading', 'an object');
  checkInstant(reading.wall, 'wall');
  checkInstant(reading.monotonic, 'monotonic');
  const { session } = reading;
  if (session !== undefined && typeof session !== 'string') wrongType('session', 'a string');
}

function checkRecord(record: ClockRecord): ClockRecord {
  const reasons: unknown[] = [undefined, 'rolled-back', 'stepped', 'off'];
  const sound =
    typeof record === 'object' &&
    record !== null &&
    record.version === 1 &&
    Number.isFinite(record.newest) &&
    Number.isFinite(record.lead) &&
    typeof record.witnessed === 'boolean' &&
    reasons.includes(record.unsafe);
  if (!sound) outOfRange('the clock record is not one of version 1');
  return record;
}
