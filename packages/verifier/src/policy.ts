/** The risks an operator chooses: mode, tolerance, offline budget, attempts, clock. */
import { accountLimit, DEFAULT_LIMITS } from './attempts.js';
import { VerifierError } from './errors.js';
import type { AttemptLimits } from './ledger.js';

export interface Policy {
  /**
   * Who is asked first; without an authority the first two are one. There is no default: choosing it
   * is choosing a risk.
   */
  mode: 'local-first' | 'authority-first' | 'offline';
  /** Seconds the authority accepts around true time. @default { backward: 60, forward: 30 } */
  tolerance?: { backward: number; forward: number };
  /** Milliseconds to wait for the authority or a store. @default 2000 */
  liveDeadline?: number;
  /**
   * Unconfirmed acceptances at once (at most 10), and hours from the oldest of them (at most 72).
   * @default { uses: 10, hours: 72 }
   */
  offline?: { uses: number; hours: number };
  /** `per` in seconds. @default { limit: 5, per: 900, lock: 100, account: 4 * limit } */
  attempts?: AttemptLimits;
  /** `witnessed`: a clock nobody has vouched for accepts nothing by itself. @default 'trusted' */
  clock?: 'trusted' | 'witnessed';
}

const MODES = ['local-first', 'authority-first', 'offline'];

/** Fills in the defaults. Throws `ERR_POLICY`, naming the field, for a policy that is none. */
export function completePolicy(policy: Policy): Required<Policy> {
  if (!MODES.includes(policy?.mode)) refuse('mode', `one of ${MODES.join(', ')}`);
  // Copies: what was checked is what is kept to.
  const { mode, liveDeadline = 2000, clock = 'trusted' } = policy;
  const tolerance = { backward: 60, forward: 30, ...policy.tolerance };
  const offline = { uses: 10, hours: 72, ...policy.offline };
  const attempts = { ...DEFAULT_LIMITS, ...policy.attempts };
  within('tolerance.backward', tolerance.backward, { min: 0, max: 3600 });
  within('tolerance.forward', tolerance.forward, { min: 0, max: 3600 });
  within('liveDeadline', liveDeadline, { min: 1, max: 60_000 });
  within('offline.uses', offline.uses, { min: 0, max: 10, whole: true });
  within('offline.hours', offline.hours, { min: 0, max: 72 });
  within('attempts.limit', attempts.limit, { min: 1, max: 1_000_000, whole: true });
  within('attempts.per', attempts.per, { min: 1, max: 31_536_000 });
  within('attempts.lock', attempts.lock, { min: 1, max: 1_000_000, whole: true });
  within('attempts.account', accountLimit(attempts), {
    min: attempts.limit,
    max: 4_000_000,
    whole: true,
  });
  if (clock !== 'trusted' && clock !== 'witnessed') refuse('clock', 'trusted or witnessed');
  return { mode, tolerance, liveDeadline, offline, attempts, clock };
}

function within(
  field: string,
  value: number,
  { min, max, whole }: { min: number; max: number; whole?: boolean },
): void {
  const fits = Number.isFinite(value) && value >= min && value <= max;
  if (!fits || (whole && !Number.isInteger(value))) {
    refuse(field, `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
  }
}

function refuse(field: string, wanted: string): never {
  throw new VerifierError('ERR_POLICY', `policy.${field} must be ${wanted}`);
}
