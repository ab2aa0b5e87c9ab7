/** What this device knows of its contact with the gateway, account by account, and when to try again. */

export interface SyncRow {
  account: string;
  /** What the gateway answered as `next`. */
  since: number;
  /** When it last answered. */
  pulledAt?: number;
  /** Until when the token is good, as the gateway said, and the digest of that token. */
  signedIn?: { until: number; token: string };
  /** The digest of the token that was refused, or '' where there was none: nothing is sent with it. */
  paused?: string;
  /** Failures in a row. */
  tries: number;
  nextAt?: number;
  /** What the gateway asked for by Retry-After: nothing is sent before. */
  heldUntil?: number;
}

/** The row of the gateway itself, for failures that are no account's own. No account is named so. */
export const GATEWAY = '';

const FIRST = 1000;
/** Milliseconds between two tries, at most. */
export const LONGEST = 300_000;
/** Milliseconds that a Retry-After is heeded for, at most. */
const LONGEST_HOLD = 3_600_000;

export function newSyncRow(account: string): SyncRow {
  return { account, since: 0, tries: 0 };
}

/** Full jitter: anywhere up to twice as long as last time. */
export function afterFailure(
  row: SyncRow,
  { at, retryAfter, random }: { at: number; retryAfter?: number; random: () => number },
): SyncRow {
  const pause = random() * Math.min(LONGEST, FIRST * 2 ** Math.min(row.tries, 20));
  const hold = Math.min(LONGEST_HOLD, (retryAfter ?? 0) * 1000);
  const { heldUntil: _, ...rest } = row;
  return {
    ...rest,
    tries: row.tries + 1,
    nextAt: at + hold + pause,
    ...(hold > 0 ? { heldUntil: at + hold } : {}),
  };
}

export function afterAnswer(row: SyncRow): SyncRow {
  const { nextAt: _next, heldUntil: _held, paused: _paused, ...rest } = row;
  return { ...rest, tries: 0 };
}

/** When it may be tried again: now, where the clock was set back since that was written down. */
export function dueAt({ nextAt = 0, heldUntil = 0 }: SyncRow, at: number): number {
  const next = nextAt > at + LONGEST + LONGEST_HOLD ? 0 : nextAt;
  const held = heldUntil > at + LONGEST_HOLD ? 0 : heldUntil;
  return Math.max(next, held);
}

/** `eager`: somebody knows that things changed, so only what the gateway asked for is waited for. */
export function isDue(row: SyncRow, { at, eager }: { at: number; eager: boolean }): boolean {
  const { nextAt: _, ...held } = row;
  return dueAt(eager ? held : row, at) <= at;
}
