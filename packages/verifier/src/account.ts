/** One account's ledger state as pure reducers; an engine only has to apply them atomically. */
import { DEFAULT_LIMITS, endRun, NO_ATTEMPTS, returnAttempt, takeAttempt } from './attempts.js';
import type { AccountState, Consume, GiveBack, Take, TakeOptions } from './ledger.js';

export interface Reduced<Result> {
  state: AccountState;
  result: Result;
}

export const EMPTY_ACCOUNT: AccountState = { last: {}, ahead: [], uses: [], attempts: NO_ATTEMPTS };

/** A step that begins later than this after our clock could lock its owner out: kept singly. */
const FAR_AHEAD = 300_000;
/** A clock that far behind the oldest offline use was turned back. */
const TURNED_BACK = 60_000;
const HOUR = 3_600_000;

/** The last consumed step of a credential; `undefined` where none was. */
export function lastStep(state: AccountState, credential: string): number | undefined {
  return Object.hasOwn(state.last, credential) ? state.last[credential] : undefined;
}

/** Whether a step was consumed or lies before one that was. */
export function isUsed(state: AccountState, credential: string, step: number): boolean {
  const last = lastStep(state, credential);
  return (
    (last !== undefined && step <= last) ||
    state.ahead.some((used) => used.credential === credential && used.step === step)
  );
}

export function take(state: AccountState, options: Required<TakeOptions>): Reduced<Take> {
  const { attempts, ...taken } = takeAttempt(state.attempts, {
    at: options.at,
    limits: { ...DEFAULT_LIMITS, ...options.attempts },
  });
  const next = attempts === state.attempts ? state : { ...state, attempts };
  return { state: next, result: taken.taken ? { ...taken, state: next } : taken };
}

export function consume(
  before: AccountState,
  use: Consume & { at: number },
): Reduced<'first' | 'replay' | 'spent'> {
  const state = settlePast(before, use.at);
  const { credential, step, at, attempt, reserve } = use;
  if (isUsed(state, credential, step)) return { state, result: 'replay' };
  if (reserve && !mayReserve(state, reserve, at)) return { state, result: 'spent' };
  const begins = use.begins ?? at;
  const used =
    begins - at > FAR_AHEAD
      ? { ahead: [...state.ahead, { credential, step, begins, ends: use.ends ?? begins }] }
      : { last: { ...state.last, [credential]: step } };
  const uses = reserve ? { uses: [...state.uses, { id: reserve.id, at }] } : {};
  const attempts = attempt === undefined ? {} : { attempts: endRun(state.attempts, attempt) };
  return { state: { ...state, ...used, ...uses, ...attempts }, result: 'first' };
}

export function giveBack(state: AccountState, what: GiveBack): Reduced<void> {
  if ('everything' in what) {
    const { latchedAt: _, ...open } = state;
    const attempts = { ...NO_ATTEMPTS, next: state.attempts.next };
    return { state: { ...open, attempts }, result: undefined };
  }
  if ('yes' in what) {
    const uses = state.uses.filter((use) => use.at > what.yes);
    const attempts =
      what.attempt === undefined ? state.attempts : endRun(state.attempts, what.attempt);
    return { state: { ...state, uses, attempts }, result: undefined };
  }
  return {
    state: { ...state, attempts: returnAttempt(state.attempts, what.attempt) },
    result: undefined,
  };
}

export function latch(
  state: AccountState,
  { latched, at }: { latched: boolean; at: number },
): Reduced<void> {
  if (latched) {
    return {
      state: { ...state, latchedAt: Math.max(at, state.latchedAt ?? at) },
      result: undefined,
    };
  }
  // A yes asked before the latch was set says nothing about why it was set.
  if (state.latchedAt === undefined || state.latchedAt > at) return { state, result: undefined };
  const { latchedAt: _, ...open } = state;
  return { state: open, result: undefined };
}

/** Steps remembered singly become last steps once they are past, so that none is ever forgotten. */
function settlePast(state: AccountState, at: number): AccountState {
  const past = state.ahead.filter((used) => used.ends <= at);
  if (past.length === 0) return state;
  const last = { ...state.last };
  for (const { credential, step } of past) {
    last[credential] = Math.max(step, lastStep({ ...state, last }, credential) ?? step);
  }
  return { ...state, last, ahead: state.ahead.filter((used) => used.ends > at) };
}

function mayReserve(
  { uses }: AccountState,
  budget: { uses: number; hours: number },
  at: number,
): boolean {
  const [oldest] = uses;
  if (!(uses.length < budget.uses)) return false;
  if (!oldest) return true;
  const elapsed = at - oldest.at;
  return elapsed > -TURNED_BACK && elapsed < budget.hours * HOUR;
}
