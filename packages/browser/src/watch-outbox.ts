/** The outbox as somebody sees it: what is open, what is to be told, what needs a person. */

import type { OutboxRow } from '@driftlock/verifier';
import { liveQuery, type Observable } from 'dexie';
import type { EvidenceRow } from './evidence-row.js';
import type { OutboxRecord, Tables } from './schema.js';
import type { Store } from './store.js';
import { dueAt } from './sync-row.js';

/** A decision without its digits. */
export type WatchedDecision = Omit<OutboxRow, 'code'>;

export interface OutboxView {
  /** Decisions that are still provisional, oldest first. */
  open: WatchedDecision[];
  /** Decisions that were settled, newest first. */
  settled: WatchedDecision[];
  /** Evidence that is still to be told, oldest first. */
  untold: EvidenceRow[];
  /** Evidence that is not told any more, oldest first: each needs somebody to see to it. */
  dead: EvidenceRow[];
  /** How many there are of each, whatever is listed. */
  counts: { open: number; settled: number; untold: number; dead: number };
  /** When the oldest decision that is open or untold was made. */
  oldest?: number;
  /** When the first account that waits is tried again. */
  nextTry?: number;
  /** Accounts for which nothing is sent until there is another token. */
  paused: string[];
}

const LISTED = 100;

/**
 * The outbox as it is now, and again whenever it changes, in whichever tab. Lists have at most
 * `limit` rows (100); no digits are in them. A store that can't be read is the observer's error.
 *
 * @example
 * const watching = watchOutbox(store).subscribe(({ counts }) => badge(counts.open + counts.untold));
 */
export function watchOutbox(
  store: Store,
  { limit = LISTED, now = Date.now }: { limit?: number; now?: () => number } = {},
): Observable<OutboxView> {
  return liveQuery(() =>
    store.read(['outbox', 'evidence', 'sync'], (tables) => look(tables, { limit, at: now() })),
  );
}

async function look(
  { outbox, evidence, sync }: Tables,
  { limit, at }: { limit: number; at: number },
): Promise<OutboxView> {
  const open = outbox.orderBy('openSince');
  const settled = outbox.orderBy('row.settledAt');
  const untold = evidence.orderBy('openSince');
  const dead = evidence.orderBy('deadSince');
  const counts = {
    open: await open.count(),
    settled: await settled.count(),
    untold: await untold.count(),
    dead: await dead.count(),
  };
  const rows = await sync.toArray();
  const view = {
    open: (await open.limit(limit).toArray()).map(withoutDigits),
    settled: (await settled.reverse().limit(limit).toArray()).map(withoutDigits),
    untold: await untold.limit(limit).toArray(),
    dead: await dead.limit(limit).toArray(),
  };
  const since = [view.open[0]?.decidedAt, view.untold[0]?.at].filter((one) => one !== undefined);
  const waiting = rows.filter((row) => row.paused === undefined && row.tries > 0);
  return {
    ...view,
    counts,
    ...(since.length > 0 ? { oldest: Math.min(...since) } : {}),
    ...(waiting.length > 0 ? { nextTry: Math.min(...waiting.map((row) => dueAt(row, at))) } : {}),
    paused: rows.flatMap(({ account, paused }) => (paused === undefined ? [] : [account])),
  };
}

function withoutDigits({ row: { code: _, ...row } }: OutboxRecord): WatchedDecision {
  return row;
}
