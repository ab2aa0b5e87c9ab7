/** The decision table: what is known about a code, in; what to do next, out. Pure. */
import type { AuthorityFailure, Ruling } from '@driftlock/api-client';
import type { Rejected } from './decision.js';
import type { Policy } from './policy.js';

export interface Facts {
  /** `not-held`: no credential of this account has that digit count. */
  verdict: 'malformed' | 'valid' | 'replayed' | 'mismatch' | 'not-held';
  attempt: 'taken' | 'throttled' | 'locked';
  mode: Policy['mode'];
  /** Whether there is an authority to ask. */
  authority: boolean;
  clockSafe: boolean;
  latched: boolean;
  /** What the authority said, once it was asked. */
  answer?: Ruling['ruling'] | AuthorityFailure;
  /** Why, where it said no. */
  invalid?: Extract<Ruling, { ruling: 'invalid' }>['reason'];
  /** Whether reserving an offline use was tried and none was left. */
  spent?: boolean;
}

export type Next =
  | { row: string; do: 'ask' }
  | { row: string; do: 'confirm'; by: 'local' | 'authority' }
  /** `asks`: when the authority is asked about it, in the background. */
  | { row: string; do: 'provisional'; asks: 'now' | 'later' }
  | Rejection;

export interface Rejection {
  row: string;
  do: 'reject';
  reason: Rejected['reason'];
  /** The failure is explained. */
  diagnose?: true;
  /** The authority denies what we hold to be right: alarm and latch. */
  contradiction?: true;
  /** No ruling was had and nothing held said mismatch: the attempt comes back. */
  unruled?: true;
}

/** Rows are tried top down and the first match wins; what is not named is `unavailable`. */
export function decide(facts: Facts): Next {
  const { verdict, attempt, mode, authority } = facts;
  if (verdict === 'malformed') return reject('1', 'malformed');
  if (attempt !== 'taken') return reject('1', attempt);
  if (verdict === 'replayed') return reject('2', 'replayed');
  if (!authority && mode !== 'offline') return ownSeeds(facts);
  if (verdict !== 'valid') return unmatched(facts);
  if (!facts.clockSafe || facts.latched) return untrusted(facts);
  if (mode === 'offline') return provisional('13', facts, 'later');
  if (mode === 'local-first' && !facts.spent) return provisional('12', facts, 'now');
  return authorityFirst(facts);
}

/** Row 3. A latched account has nobody left who could say yes but its operator. */
function ownSeeds({ verdict, clockSafe, latched }: Facts): Next {
  if (verdict === 'not-held') return reject('3', 'unknown-user');
  if (verdict !== 'valid') return { ...reject('3', 'mismatch'), diagnose: true };
  if (latched) return { ...reject('3', 'unavailable'), unruled: true };
  if (!clockSafe) return { ...reject('3', 'clock-unsafe'), unruled: true };
  return { row: '3', do: 'confirm', by: 'local' };
}

/** Rows 4 to 6: nothing held says yes, so only the authority can. */
function unmatched(facts: Facts): Next {
  const explained = facts.verdict === 'mismatch' ? { diagnose: true as const } : {};
  const unruled = facts.verdict === 'not-held' ? { unruled: true as const } : {};
  if (facts.mode === 'offline') return { ...reject('6', 'mismatch'), ...explained };
  if (facts.answer === undefined) return { row: '4', do: 'ask' };
  if (facts.answer === 'valid') return { row: '4', do: 'confirm', by: 'authority' };
  if (facts.answer === 'invalid') {
    const reason = denial(facts);
    return { ...reject('5', reason), ...(reason === 'mismatch' ? explained : {}) };
  }
  return { ...reject('6', 'unavailable'), ...explained, ...unruled };
}

/** Row 7: what we hold says yes, but this clock or this account may not. */
function untrusted(facts: Facts): Next {
  if (facts.mode !== 'offline') {
    if (facts.answer === undefined) return { row: '7', do: 'ask' };
    if (facts.answer === 'valid') return { row: '7', do: 'confirm', by: 'authority' };
    if (facts.answer === 'invalid') return reject('7', denial(facts));
  }
  return { ...reject('7', 'unavailable'), unruled: true };
}

/** Rows 8 to 11b. Only a loss that nobody can bring about at will may lead to provisional. */
function authorityFirst(facts: Facts): Next {
  switch (facts.answer) {
    case undefined:
      return { row: '8', do: 'ask' };
    case 'valid':
      return { row: '8', do: 'confirm', by: 'authority' };
    case 'invalid':
      return { ...reject('8', denial(facts)), contradiction: true };
    case 'down':
      return provisional('9', facts, 'later');
    case 'ambiguous':
      return provisional('10', facts, 'later');
    case 'pending':
      return provisional('11b', facts, 'later');
    default:
      return { ...reject('11', 'unavailable'), unruled: true };
  }
}

function provisional(row: string, { spent }: Facts, asks: 'now' | 'later'): Next {
  if (spent) return { ...reject(row, 'unavailable'), unruled: true };
  return { row, do: 'provisional', asks };
}

function denial({ invalid }: Facts): Rejected['reason'] {
  return invalid === 'reused' ? 'replayed' : (invalid ?? 'unavailable');
}

function reject(row: string, reason: Rejected['reason']): Rejection {
  return { row, do: 'reject', reason };
}
