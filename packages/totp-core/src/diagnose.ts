/** Why a code failed: every place it may come from is searched, and the most probable one named. */
import type { ClockReason, ClockState } from './clock.js';
import { outOfRange, wrongType } from './errors.js';
import { checkEstimate, type DriftEstimate } from './estimate.js';
import type { Interval } from './interval.js';
import { openKey, type TotpKey, type TotpParams } from './key.js';
import { weigh } from './odds.js';
import { checkMaxOffset, type Guess, matches, placesAt } from './search.js';
import { weighVariants } from './variants.js';
import { conclude, judge } from './verdict.js';
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
  /** `certain` from a posterior of 0.99; never of a clock by a code older than the last used. */
  certainty: 'certain' | 'suspected';
  /** The time step the code is of, with `no-match` by chance, for `observe`; absent if it is of none. */
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
  const { at, after = -1, estimate, clock } = options;
  const reach = checkMaxOffset(options.maxOffset);
  const places = placesAt(params, at, reach);
  checkKnown(options, params);
  const guess = readGuess(code);
  if (!guess) return conclude('malformed', { posterior: 1, evidence: 0 });
  const ours = guess.digits === params.digits;
  const steps = ours ? matches(material.mac, places, guess) : [];
  material.mac.clean();
  const variants = weighVariants(material, guess, { params, at, steps });
  const found = { steps, variants, digits: guess.digits };
  const weighed = weigh(found, { params, at, after, estimate, reach });
  const diagnosis = judge(weighed, { params, at, after, estimate, clock });
  // Of another length and of no other parameters: it has not the shape of this key's codes.
  if (diagnosis.verdict === 'no-match' && !ours)
    return conclude('malformed', { posterior: 1, evidence: 0 });
  return diagnosis;
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
