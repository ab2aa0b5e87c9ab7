/** How believable it is that a code is of a step: prior odds against a typo that hits one. */

import type { Algorithm } from './algorithm.js';
import { inflate, predict } from './drift.js';
import type { DriftEstimate } from './estimate.js';
import { createCounterMac } from './hmac.js';
import { type Interval, intersect } from './interval.js';
import type { KeyMaterial, TotpParams } from './key.js';
import { offsetOf } from './offset.js';
import {
  checkMaxOffset,
  countSteps,
  FARTHEST,
  type Guess,
  holds,
  matches,
  merge,
  type Steps,
  stepsAt,
} from './search.js';
import { stepOf } from './totp.js';
import { defaultReach } from './verify.js';

/**
 * Of the codes someone asks about, how many are what: a first filling, by judgement. A place of N
 * steps is weighed against typo * N / 10^digits, the chance that a mistyped code is of one of them.
 */
const PRIOR = {
  window: 0.25, // of the present, good or used before
  near: 0.05, // off by up to 5 minutes
  oldCode: 0.01, // its rival behind us: an old code, typed late
  earlyCode: 0.005, // its rival ahead of us: a code noted in advance
  timeZone: 0.05, // off by a multiple of 15 minutes
  far: 0.01, // off by anything else, up to a day
  parameters: 0.02, // another algorithm, digit count or period
  typo: 0.6,
  elsewhere: 0.005, // right, and beyond all that is searched
  predicted: 0.5, // where the other codes of an authenticator say the next will be
} as const;

const NEAR = 300;
const QUARTER = 900;
const QUARTERS = Array.from({ length: 105 }, (_, i) => i - 48).filter((k) => k !== 0);
const ALGORITHMS: readonly Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];

/** Where a code may come from, the same whatever it is. */
export interface Places {
  params: Required<TotpParams>;
  at: number;
  now: number;
  window: Steps[];
  near: Steps[];
  timeZone: Steps[];
  far: Steps[];
}

/** One step the code is of, and how believable that is. */
export interface Hit {
  step: number;
  place: 'window' | 'near' | 'timeZone' | 'far' | 'predicted';
  /** Seconds, + = the authenticator is fast. */
  offset: Interval;
  posterior: number;
  /** How many codes agree, this one included. */
  evidence: number;
}

/** The places within `maxOffset` seconds, and always those of the time zones. */
export function placesAt(params: Required<TotpParams>, at: number, maxOffset?: number): Places {
  const reach = checkMaxOffset(maxOffset);
  const now = stepOf(params, at);
  const steps = defaultReach(params.period);
  const around = (offset: number, by: number): Steps =>
    stepsAt(params, at, { min: offset - by, max: offset + by });
  const window = [{ first: Math.max(0, now - steps), last: now + steps }];
  const near = merge([...window, around(0, Math.min(reach, NEAR))]);
  const timeZone = merge(QUARTERS.map((k) => around(k * QUARTER, params.period)));
  const far = merge([...near, ...timeZone, around(0, reach)]);
  return { params, at, now, window, near, timeZone, far };
}

/** Weighs a step in the place it lies in, or where other codes put it, if that explains it better. */
export function weigh(
  places: Places,
  step: number,
  { after = -1, estimate }: { after?: number; estimate?: DriftEstimate },
): Hit {
  const alone = weighAlone(places, step, after);
  const agreed = estimate && corroborate(estimate, places.at, alone);
  if (!estimate || !agreed) return alone;
  const expected = [stepsAt(places.params, places.at, predict(estimate, places.at))];
  const posterior = odds(places, PRIOR.predicted, expected);
  // A vague prediction holds more steps than the place itself, and is no reason to believe in one.
  return posterior > alone.posterior
    ? { ...alone, ...agreed, place: 'predicted', posterior }
    : alone;
}

function weighAlone(places: Places, step: number, after: number): Hit {
  const { params, at, now } = places;
  const hit = { step, offset: offsetOf(params, { at, step }), evidence: 1 };
  if (holds(places.window, step)) {
    return { ...hit, place: 'window', posterior: odds(places, PRIOR.window, places.window) };
  }
  if (holds(places.near, step)) {
    // A step older than the last consumed has no rival: it can only be an old code.
    const late = step < after ? 0 : PRIOR.oldCode;
    const rival = step < now ? late : PRIOR.earlyCode;
    return { ...hit, place: 'near', posterior: odds(places, PRIOR.near, places.near, rival) };
  }
  const place = holds(places.timeZone, step) ? 'timeZone' : 'far';
  return { ...hit, place, posterior: odds(places, PRIOR[place], places[place]) };
}

/** How believable it is that the code is this secret's under other parameters; 0 if it is of none. */
export function weighVariants(
  { secret, hashes }: KeyMaterial,
  { params, at }: Places,
  guess: Guess,
): number {
  let steps = 0;
  let matched = 0;
  for (const algorithm of ALGORITHMS) {
    const hash = hashes[algorithm];
    if (!hash) continue;
    const mac = createCounterMac(hash, secret);
    for (const period of new Set([10, 30, 60, params.period])) {
      const variant = { algorithm, digits: guess.digits, period, epoch: params.epoch };
      if (isSame(variant, params)) continue;
      const present = [stepsAt(variant, at, { min: -period, max: period })];
      steps += countSteps(present);
      matched += matches(mac, present, guess).length;
    }
    mac.destroy();
  }
  return matched === 0 ? 0 : PRIOR.parameters / (PRIOR.parameters + typo(guess.digits, steps));
}

/** How believable it is that a code which is of no step searched is not this secret's at all. */
export function weighNothing(maxOffset: number | undefined): number {
  const unsearched = checkMaxOffset(maxOffset) < FARTHEST ? PRIOR.far : 0;
  return PRIOR.typo / (PRIOR.typo + PRIOR.elsewhere + unsearched);
}

/** What this code and others, of other steps, agree on. */
function corroborate(
  estimate: DriftEstimate,
  at: number,
  hit: { step: number; offset: Interval },
): { offset: Interval; evidence: number } | undefined {
  const offset = intersect(hit.offset, predict(estimate, at));
  if (!offset) return undefined;
  const others = estimate.samples.filter(
    (sample) => sample.step !== hit.step && intersect(inflate(estimate, sample, at), offset),
  );
  return others.length > 0 ? { offset, evidence: others.length + 1 } : undefined;
}

function odds({ params }: Places, prior: number, steps: readonly Steps[], rival = 0): number {
  return prior / (prior + rival + typo(params.digits, countSteps(steps)));
}

function typo(digits: number, steps: number): number {
  return (PRIOR.typo * steps) / 10 ** digits;
}

function isSame(a: Required<TotpParams>, b: Required<TotpParams>): boolean {
  return a.algorithm === b.algorithm && a.digits === b.digits && a.period === b.period;
}
