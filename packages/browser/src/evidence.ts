/** The evidence lane in the store: rows are leased while they are told, and leave when answered for. */
import {
  afterTelling,
  dead,
  type EvidenceRow,
  isLeased,
  LEASE,
  reopened,
  type Told,
} from './evidence-row.js';
import { openDecisions, openEvidence } from './open-rows.js';
import type { Tables } from './schema.js';
import type { Store } from './store.js';

export interface Leased {
  /** Oldest first; none where there are none, or another tab is telling the account's. */
  rows: EvidenceRow[];
  /** Rows that had grown too old: dead now. */
  expired: EvidenceRow[];
}

export interface Leasing {
  account: string;
  limit: number;
  /** Names who tells them. */
  attempt: string;
  at: number;
  /** What was decided before is too old to be told. */
  since: number;
}

/**
 * Leases the oldest rows of an account, so that nobody else tells them meanwhile. What is younger than
 * a decision that a tab is asking about, or died asking about, waits until its claim has lapsed.
 */
export async function leaseEvidence(
  store: Store,
  { account, limit, attempt, at, since }: Leasing,
): Promise<Leased> {
  return store.write(['evidence', 'outbox'], async ({ evidence, outbox }) => {
    const before = await claimedSince(outbox, { account, at });
    const oldest = (await openEvidence(evidence, account).limit(limit).toArray()).filter(
      (row) => row.at < before,
    );
    if (oldest.some((row) => isLeased(row, at))) return { rows: [], expired: [] };
    const expired = oldest.filter((row) => row.at < since).map((row) => dead(row, 'expired', at));
    const rows = oldest
      .slice(expired.length)
      .map((row) => ({ ...row, attempt, leaseUntil: at + LEASE }));
    await evidence.bulkPut([...expired, ...rows]);
    return { rows, expired };
  });
}

/** Milliseconds that a claim lasts at most; a longer one was made by a clock that was set back since. */
const CLAIM = 65_000;

/** When the oldest open decision was made that is claimed now. */
async function claimedSince(
  outbox: Tables['outbox'],
  { account, at }: { account: string; at: number },
): Promise<number> {
  const claimed = await openDecisions(outbox, account)
    .filter(({ row: { claimedUntil = at } }) => claimedUntil > at && claimedUntil <= at + CLAIM)
    .first();
  return claimed?.openSince ?? Number.POSITIVE_INFINITY;
}

/** Writes down what became of leased rows; one that somebody else leased since is theirs, unless it is done. */
export async function answerEvidence(
  store: Store,
  { attempt, told, at }: { attempt: string; told: ReadonlyMap<string, Told>; at: number },
): Promise<void> {
  await store.write(['evidence'], async ({ evidence }) => {
    const rows = (await evidence.bulkGet([...told.keys()])).filter((row) => row !== undefined);
    const done: string[] = [];
    const kept: EvidenceRow[] = [];
    for (const row of rows) {
      const outcome = told.get(row.id) ?? 'kept';
      const next = afterTelling(row, outcome, at);
      if (!next) done.push(row.id);
      else if (row.attempt === attempt) kept.push(next);
    }
    await Promise.all([evidence.bulkDelete(done), evidence.bulkPut(kept)]);
  });
}

/**
 * Has a dead row told once more; `false` where the id names none.
 *
 * @example
 * await retryEvidence(store, id);
 * await sync.now();
 */
export async function retryEvidence(store: Store, id: string): Promise<boolean> {
  return changeDead(store, id, async (evidence, row) => {
    await evidence.put(reopened(row));
  });
}

/** Deletes a dead row that was seen to, as after an export; `false` where the id names none. */
export async function discardEvidence(store: Store, id: string): Promise<boolean> {
  return changeDead(store, id, (evidence) => evidence.delete(id));
}

async function changeDead(
  store: Store,
  id: string,
  change: (evidence: Tables['evidence'], row: EvidenceRow) => Promise<void>,
): Promise<boolean> {
  return store.write(['evidence'], async ({ evidence }) => {
    const row = await evidence.get(id);
    if (row?.deadSince === undefined) return false;
    await change(evidence, row);
    return true;
  });
}

/** Decisions that the gateway neither confirmed nor took evidence of, whose work was not ended yet. */
export async function unrevoked(store: Store, account: string): Promise<EvidenceRow[]> {
  return store.read(['evidence'], async ({ evidence }) =>
    (await openEvidence(evidence, account).toArray()).filter((row) => row.revoked !== true),
  );
}

export async function markRevoked(store: Store, ids: readonly string[]): Promise<void> {
  await store.write(['evidence'], async ({ evidence }) => {
    for (const id of ids) await evidence.update(id, { revoked: true });
  });
}
