/** An outbox row's life as pure functions; an engine only has to apply them atomically. */
import type { OutboxRelease, OutboxRow, Settlement } from './outbox.js';

/** Milliseconds that clocks of one outbox may differ, or one be set back, before it tells. */
const SET_BACK = 60_000;

/** What a claimant gets to see, and the row to store; `undefined` where it may not be claimed. */
export function claimRow(
  row: OutboxRow,
  { at, until }: { at: number; until: number },
): { seen: OutboxRow; stored: OutboxRow } | undefined {
  if (row.settlement || isHeld(row, { at, until })) return undefined;
  const { claimedUntil: _, ...free } = row;
  const seen: OutboxRow = free.sent === 'asking' ? afterCrash(free) : free;
  return { seen, stored: { ...seen, sent: 'asking', claimedUntil: until } };
}

/** A claim that would outlast a new one by far was made by a clock that was set back since. */
function isHeld(
  { claimedUntil }: OutboxRow,
  { at, until }: { at: number; until: number },
): boolean {
  return claimedUntil !== undefined && claimedUntil > at && claimedUntil <= until + SET_BACK;
}

/** A claim that ran out: whoever held it may have sent the code. */
function afterCrash(row: OutboxRow): OutboxRow {
  if (row.denial) return { ...row, sent: 'denied' };
  return row.decision ? { ...row, sent: 'pending' } : { ...row, sent: 'maybe', retried: true };
}

export function releaseRow(row: OutboxRow, outcome: OutboxRelease): OutboxRow {
  if (row.settlement) return row;
  const { claimedUntil: _, code, ...free } = row;
  // What the authority holds, or has denied, is not sent again.
  const again = outcome.sent === 'no' || outcome.sent === 'maybe';
  const kept = code !== undefined && again ? { code } : {};
  return { ...free, ...kept, ...outcome, retried: row.retried || again };
}

/** `undefined` where the row was settled before. */
export function settleRow(
  row: OutboxRow,
  settlement: Settlement,
  at: number,
): OutboxRow | undefined {
  if (row.settlement) return undefined;
  const { code: _code, claimedUntil: _claim, ...erased } = row;
  return { ...erased, settlement, settledAt: at };
}
