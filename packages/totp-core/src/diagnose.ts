/** Why a code failed: every place it may come from is searched, and the most probable one named. */
import type { ClockReason, ClockState } from './clock.js';
import { isUnstable, predict } from './drift.js';
import { outOfRange, wrongType } from './errors.js';
import { checkEstimate, type DriftEstimate } from './estimate.js';
import { type Interval, middle } from './interval.js';
import { openKey, type TotpKey, type TotpParams } from './key.js';
import { type Hit, type Places, placesAt, weigh, weighNothing, weighVariants } from './odds.js';
import { TYPING } from './offset.js';
import { type Guess, holds, matches } from './search.js';
import { checkAfter, parseCode } from './verify.js';

/** Why a code failed; `ok` if it did not. */
export type DiagnosisVerdict =
  | 'malformed'
  | 'ok'
  | 'replayed'
  | 'stale'
  | 'future'
  | 'device-slow'
  | 'device-fast'
  | 'verifier-clock'
  | 'clock-stepped'
  | 'wrong-parameters'
  | 'unstable'
  | 'no-match';

/** A diagnosis explains and never accepts; plain JSON, without the code. */
export interface Diagnosis {
  verdict: DiagnosisVerdict;
  /** `certain` from a posterior of 0.99. */
  certainty: 'certain' | 'suspected';
  /** The time step the code is of, for `observe`; absent where it is of none. */
  step?: number;
  /** Seconds, + = the authenticator is fast; absent where the code tells nothing of a clock. */
  offset?: Interval;
  /** The offset is that of a time zone or of summer time, + = fast. */
  looksLike?: { minutes: number };
  /** Probability of the verdict, 0 to 1. */
  posterior: number;
  /** How many codes agree on it, this one included. */
  evidence: number;
  /** What helps: another code, a clock set right, typing again, or enrolling anew. */
  next: 'askNextCode' | 'fixClock' | 'retry' | 'reEnroll';
}

/** What is known besides the code. */
export interface DiagnoseOptions {
  /** Unix milliseconds at which the code was received. */
  at: number;
  /** The last step consumed. @default none */
  after?: number;
  /** What other codes of this authenticator showed, those that failed included. @default nothing */
  estimate?: DriftEstimate;
  /** This machine's clock, as `readClock` answers. @default taken as right */
  clock?: { state: ClockState; reason?: ClockReason };
  /** Seconds searched each way, 0 to 86,400; the time-zone lattice always is. @default 86,400 */
  maxOffset?: number;
}

/**
 * Says why a code failed, or that it did not. It never accepts one, and its work does not depend on
 * the code or the secret. Ask only for someone known by another factor, and count it as an attempt:
 * it tells whether an old code is real.
 *
 * @returns `no-match` if nothing explains the code, `malformed` if it has no code's shape.
 * @throws TotpError `ERR_INSTANT` for `at`; `ERR_PARAMS` for `after`, `maxOffset` or an estimate out
 * of range or of another period; `ERR_SECRET` if the key was destroyed. The code never throws.
 * @example
 * diagnose(key, typed, { at: Date.now() }).verdict; // 'device-slow'
 */
export function diagnose(key: TotpKey, code: string, options: DiagnoseOptions): Diagnosis {
  const material = openKey(key);
  const { params } = key;
  const places = placesAt(params, options.at, options.maxOffset);
  checkKnown(options, params);
  const guess = readGuess(code);
  if (!guess) return conclude('malformed', { posterior: 1, evidence: 0 });
  const ours = guess.digits === params.digits;
  const steps = ours ? matches(material.mac, places.far, guess) : [];
  const [best] = steps
    .map((step) => weigh(places, step, options))
    .sort((a, b) => b.posterior - a.posterior);
  const other = weighVariants(material, places, guess);
  if (best && best.posterior >= other) return explain(places, best, options);
  if (other > 0) return conclude('wrong-parameters', { posterior: other, evidence: 1 });
  if (!ours) return conclude('malformed', { posterior: 1, evidence: 0 });
  const nothing = conclude('no-match', { posterior: weighNothing(options.maxOffset), evidence: 0 });
  return options.clock?.state === 'unsafe' ? { ...nothing, next: 'fixClock' } : nothing;
}

const CERTAIN = 0.99;
const PATIENCE = 90; // Seconds a code may lie around before it is typed, and still be merely stale.
const QUARTER = 900;

const NEXT: Record<DiagnosisVerdict, Diagnosis['next']> = {
  malformed: 'retry',
  ok: 'retry',
  replayed: 'askNextCode',
  stale: 'askNextCode',
  future: 'askNextCode',
  'device-slow': 'fixClock',
  'device-fast': 'fixClock',
  'verifier-clock': 'fixClock',
  'clock-stepped': 'fixClock',
  'wrong-parameters': 'reEnroll',
  unstable: 'reEnroll',
  'no-match': 'retry',
};

function explain(places: Places, hit: Hit, options: DiagnoseOptions): Diagnosis {
  const verdict = name(places, hit, options);
  const { step, offset, posterior, evidence } = hit;
  // How long a used or an old code lay around is not known: it tells nothing of a clock.
  if (verdict === 'replayed' || verdict === 'stale') {
    return conclude(verdict, { step, posterior, evidence });
  }
  const minutes = likeZone(offset, places.params.period);
  const blames = verdict.startsWith('device-') || verdict.includes('clock');
  const looksLike = blames && minutes !== 0 ? { looksLike: { minutes } } : {};
  return conclude(verdict, { step, offset, ...looksLike, posterior, evidence });
}

function name(places: Places, hit: Hit, options: DiagnoseOptions): DiagnosisVerdict {
  const { now } = places;
  const { step, offset, place } = hit;
  const { after = -1, clock, estimate, at } = options;
  const present = holds(places.window, step);
  if (step === after || (present && step < after)) return 'replayed';
  if (present) return 'ok';
  if (clock?.state === 'unsafe') {
    const jumped = clock.reason === 'rolled-back' || clock.reason === 'stepped';
    return jumped ? 'clock-stepped' : 'verifier-clock';
  }
  if (estimate && isUnstable(estimate, at)) return 'unstable';
  if (place === 'predicted') {
    if (offset.max < 0) return 'device-slow';
    if (offset.min > 0) return 'device-fast';
    return step < now ? 'stale' : 'future';
  }
  if (step < now) return isStale(hit, options) ? 'stale' : 'device-slow';
  return isForetold(hit, options) ? 'future' : 'device-fast';
}

/** Older than the last consumed, or late by no more than someone may dawdle, or than history allows. */
function isStale(hit: Hit, { after = -1, estimate, at }: DiagnoseOptions): boolean {
  if (hit.step < after) return true;
  if (hit.place !== 'near') return false;
  if (hit.offset.max - TYPING.max + PATIENCE >= 0) return true;
  return hasHistory(estimate) && hit.offset.max < predict(estimate, at).min;
}

/** Ahead of all that history allows, and not by a time zone set by hand. */
function isForetold(hit: Hit, { estimate, at }: DiagnoseOptions): boolean {
  if (hit.place === 'timeZone' || !hasHistory(estimate)) return false;
  return hit.offset.min > predict(estimate, at).max;
}

function hasHistory(estimate: DriftEstimate | undefined): estimate is DriftEstimate {
  return estimate !== undefined && estimate.samples.length >= 2;
}

/** The multiple of 15 minutes an offset is about, from -12 h to +14 h; 0 if none. */
function likeZone(offset: Interval, period: number): number {
  const seconds = middle(offset);
  const quarters = Math.round(seconds / QUARTER);
  // Long periods blur an offset until any would pass for a time zone's.
  if (period > 300 || quarters < -48 || quarters > 56) return 0;
  const close = Math.abs(seconds - quarters * QUARTER) <= period + TYPING.max;
  return close ? quarters * 15 : 0;
}

function conclude(
  verdict: DiagnosisVerdict,
  found: Omit<Diagnosis, 'verdict' | 'certainty' | 'next'>,
): Diagnosis {
  const certainty = found.posterior >= CERTAIN ? 'certain' : 'suspected';
  const guessing = certainty === 'suspected' && verdict.startsWith('device-');
  return { verdict, certainty, ...found, next: guessing ? 'askNextCode' : NEXT[verdict] };
}

function readGuess(code: string): Guess | undefined {
  for (const digits of [6, 7, 8] as const) {
    const number = parseCode(code, digits);
    if (number >= 0) return { digits, number };
  }
  return undefined;
}

function checkKnown(
  { after, estimate, clock }: DiagnoseOptions,
  params: Required<TotpParams>,
): void {
  checkAfter(after);
  if (clock !== undefined && typeof clock?.state !== 'string') wrongType('clock', 'a clock state');
  if (estimate === undefined) return;
  const { period, epoch } = checkEstimate(estimate);
  if (period !== params.period || epoch !== params.epoch) {
    outOfRange('the estimate is of another period or epoch');
  }
}
