/** One account's ledger state as pure reducers; an engine only has to apply them atomically. */
import { NO_ATTEMPTS } from './attempts.js';
import { isLeased } from './lease.js';
import type {
  AccountState,
  AttemptLimits,
  Consume,
  GiveBack,
  Latch,
  Origin,
  Take,
} from './ledger.js';
import { endMeteredRun, returnMetered, takeMetered } from './meters.js';

export interface Reduced<Result> {
  state: AccountState;
  result: Result;
}

export const EMPTY_ACCOUNT: AccountState = {
  last: {},
  ahead: [],
  asking: [],
  uses: [],
  attempts: NO_ATTEMPTS,
};

/** A step that begins later than this after our clock could lock its owner out: kept singly. */
const FAR_AHEAD = 300_000;
/** A clock that far behind the oldest offline use was turned back. */
const TURNED_BACK = 60_000;
const HOUR = 3_600_000;
/** A step is held well beyond any question, so that it is not folded under its holder. */
const LONGEST_QUESTION = 300_000;

/** The last consumed step of a credential; `undefined` where none was. */
export function lastStep(state: AccountState, credential: string): number | undefined {
  return Object.hasOwn(state.last, credential) ? state.last[credential] : undefined;
}

/** The same as the option that verdicts, diagnoses and resynchronizations take. */
export function afterOf(state: AccountState, credential: string): { after?: number } {
  const after = lastStep(state, credential);
  return after === undefined ? {} : { after };
}

/** Whether a step was consumed, lies before one that was, or is held by another attempt. */
export function isUsed(
  state: AccountState,
  { credential, step, attempt }: { credential: string; step: number; attempt?: number },
): boolean {
  const last = lastStep(state, credential);
  const same = (other: { credential: string; step: number }): boolean =>
    other.credential === credential && other.step === step;
  return (
    (last !== undefined && step <= last) ||
    state.ahead.some(same) ||
    state.asking.some((held) => same(held) && held.attempt !== attempt)
  );
}

export function take(
  before: AccountState,
  options: { at: number; attempts: AttemptLimits; from?: Origin },
): Reduced<Take> {
  const { attempts: limits, ...made } = options;
  const { state, take } = takeMetered(before, { ...made, limits });
  return { state, result: take };
}

export function consume(
  before: AccountState,
  use: Consume & { at: number },
): Reduced<'first' | 'replay' | 'spent'> {
  const state = foldPast(before, use.at);
  const { at, reserve } = use;
  if (isUsed(state, use)) return { state, result: 'replay' };
  if (use.hold) return { state: hold(state, use), result: 'first' };
  if (reserve && (state.latch || !mayReserve(state, reserve, at))) {
    return { state, result: 'spent' };
  }
  return { state: spend(state, use), result: 'first' };
}

function spend(state: AccountState, use: Consume & { at: number }): AccountState {
  const { credential, step, at, attempt, reserve, begins = at, ends = begins } = use;
  const far = use.singly === true || begins - at > FAR_AHEAD;
  return {
    ...(attempt === undefined ? state : endMeteredRun(state, attempt)),
    last: far ? state.last : { ...state.last, [credential]: step },
    ahead: far ? [...state.ahead, { credential, step, ends }] : state.ahead,
    asking: state.asking.filter((held) => held.credential !== credential || held.step !== step),
    uses: reserve ? [...state.uses, { id: reserve.id, at }] : state.uses,
  };
}

function hold(state: AccountState, use: Consume & { at: number }): AccountState {
  const { credential, step, at, attempt = 0, begins = at, ends = begins } = use;
  const held = { credential, step, attempt, ends: Math.max(ends, at) + LONGEST_QUESTION };
  return { ...state, asking: [...state.asking, held] };
}

export function giveBack(state: AccountState, what: GiveBack): Reduced<void> {
  if ('unlock' in what) {
    const { meters: _, ...rest } = state;
    const attempts = { ...NO_ATTEMPTS, next: state.attempts.next };
    return { state: { ...rest, attempts }, result: undefined };
  }
  if ('yes' in what) {
    const uses = state.uses.filter((use) => !what.yes.includes(use.id));
    const ended = what.attempt === undefined ? state : endMeteredRun(state, what.attempt);
    return { state: { ...ended, uses }, result: undefined };
  }
  const { attempt, unsent } = what;
  const asking = unsent ? state.asking.filter((held) => held.attempt !== attempt) : state.asking;
  return { state: { ...returnMetered(state, attempt), asking }, result: undefined };
}

export function latch(state: AccountState, change: Latch): Reduced<void> {
  if (change.latched) {
    const { id, at } = change;
    return { state: { ...state, latch: { id, at } }, result: undefined };
  }
  // A yes asked before the latch was set says nothing about why it was set.
  if (state.latch?.id !== change.seen) return { state, result: undefined };
  const { latch: _, ...open } = state;
  return { state: open, result: undefined };
}

/** Steps remembered singly become last steps once they are past, so that none is ever forgotten. */
function foldPast(state: AccountState, at: number): AccountState {
  const past = [...state.ahead, ...state.asking].filter(({ ends }) => ends <= at);
  if (past.length === 0) return state;
  let { last } = state;
  for (const { credential, step } of past) {
    const newest = Math.max(step, lastStep({ ...state, last }, credential) ?? step);
    last = { ...last, [credential]: newest };
  }
  const ahead = state.ahead.filter(({ ends }) => ends > at);
  const asking = state.asking.filter(({ ends }) => ends > at);
  return { ...state, last, ahead, asking };
}

function mayReserve(
  { uses }: AccountState,
  budget: { uses: number; hours: number },
  at: number,
): boolean {
  const [first] = uses;
  if (!(uses.length < budget.uses && budget.hours > 0)) return false;
  if (first && !(at - first.at > -TURNED_BACK)) return false;
  // What a device holds and has not spent is no acceptance: its lease has an end of its own.
  const oldest = uses.find((use) => !isLeased(use.id));
  return !oldest || at - oldest.at < budget.hours * HOUR;
}
