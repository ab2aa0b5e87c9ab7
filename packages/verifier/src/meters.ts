/** Attempts counted twice where it is known who tries: a stranger's failures must not lock an owner out. */
import { accountLimit, endRun, NO_ATTEMPTS, returnAttempt, takeAttempt } from './attempts.js';
import type { AccountState, AttemptLimits, Meter, Origin, Take } from './ledger.js';

interface Metered {
  state: AccountState;
  take: Take;
}

/**
 * Counts an attempt on its origin's meter and, unless a registered device makes it, on the account's
 * too; refused by either, it is counted on neither.
 */
export function takeMetered(
  state: AccountState,
  { at, limits, from }: { at: number; limits: AttemptLimits; from?: Origin },
): Metered {
  if (!from) return takeOfAccount(state, { at, limits });
  const { next } = state.attempts;
  const known = state.meters?.find((meter) => isSame(meter.from, from))?.attempts ?? NO_ATTEMPTS;
  // Only the account's own failures lock it; an origin waits.
  const lock = 'device' in from ? limits.lock : Number.POSITIVE_INFINITY;
  const { attempts, ...take } = takeAttempt(
    { ...known, next },
    { at, limits: { ...limits, lock } },
  );
  const metered = withMeter(state, { from, attempts }, at - limits.per * 1000);
  if (!take.taken) return { state: attempts.waitUntil === known.waitUntil ? state : metered, take };
  if ('device' in from) {
    const counted = { ...metered, attempts: { ...state.attempts, next: next + 1 } };
    return { state: counted, take: { ...take, state: counted } };
  }
  const whole = takeOfAccount(metered, { at, limits: { ...limits, limit: accountLimit(limits) } });
  if (whole.take.taken) return whole;
  return { state: { ...state, attempts: whole.state.attempts }, take: whole.take };
}

/** An acceptance ends the failures before it: of its origin and, unless that is a device, of the account. */
export function endMeteredRun(state: AccountState, attempt: number): AccountState {
  const ended = onMeters(state, attempt, endRun);
  return isOfDevice(state, attempt)
    ? ended
    : { ...ended, attempts: endRun(state.attempts, attempt) };
}

/** No ruling was had: as if the attempt had not been taken anywhere. */
export function returnMetered(state: AccountState, attempt: number): AccountState {
  const returned = onMeters(state, attempt, returnAttempt);
  return { ...returned, attempts: returnAttempt(state.attempts, attempt) };
}

function takeOfAccount(
  state: AccountState,
  { at, limits }: { at: number; limits: AttemptLimits },
): Metered {
  const { attempts, ...take } = takeAttempt(state.attempts, { at, limits });
  const next = attempts === state.attempts ? state : { ...state, attempts };
  return { state: next, take: take.taken ? { ...take, state: next } : take };
}

/** In its place; a source that was quiet since `quiet` is forgotten, a device's failures are not. */
function withMeter(state: AccountState, meter: Meter, quiet: number): AccountState {
  const others = (state.meters ?? []).filter(
    ({ from, attempts }) =>
      !isSame(from, meter.from) &&
      ('device' in from
        ? attempts.failures > 0
        : attempts.waitUntil > quiet || attempts.recent.some((earlier) => earlier.at > quiet)),
  );
  return { ...state, meters: [...others, meter] };
}

function onMeters(
  state: AccountState,
  attempt: number,
  change: (attempts: Meter['attempts'], attempt: number) => Meter['attempts'],
): AccountState {
  if (!state.meters) return state;
  const meters = state.meters.map((meter) =>
    holds(meter, attempt) ? { ...meter, attempts: change(meter.attempts, attempt) } : meter,
  );
  return { ...state, meters };
}

function isOfDevice({ meters = [] }: AccountState, attempt: number): boolean {
  return meters.some((meter) => 'device' in meter.from && holds(meter, attempt));
}

function holds({ attempts }: Meter, attempt: number): boolean {
  return attempts.recent.some((earlier) => earlier.attempt === attempt);
}

function isSame(one: Origin, other: Origin): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
