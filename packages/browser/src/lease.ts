/** This device's share of an account's offline budget, as the gateway tells of it and as it is spent. */
import { openDecisions, openEvidence } from './open-rows.js';
import type { AccountRow, Lease, Tables } from './schema.js';
import type { Store } from './store.js';

/** What the gateway answers as `lease`. */
export interface ToldLease {
  /** Codes this device may accept alone. */
  uses: number;
  /** The instant it ends. */
  until: number;
}

/** What is left of a lease; `leased: false` where none was told of, or it ended for good. */
export type LeaseLeft = { leased: true; uses: number; until: number } | { leased: false };

/** What a lease is counted by, in one transaction. */
export type LeaseTables = Pick<Tables, 'accounts' | 'outbox'>;

/** After the last instant there is: nothing told later begins it again. */
const FOR_GOOD = 8.64e15 + 1;
export const ENDED: Lease = { uses: 0, until: 0, toldAt: FOR_GOOD, spent: [] };

/**
 * What is left of this device's lease, for whoever is to be told before it ends.
 *
 * @example
 * const lease = await leaseOf(store, 'ana');
 * if (lease.leased && lease.uses < 3) ask('Please go online soon.');
 */
export async function leaseOf(store: Store, account: string): Promise<LeaseLeft> {
  return store.read(['accounts', 'outbox'], async (tables) => {
    const lease = (await tables.accounts.get(account))?.lease;
    if (!lease || lease.toldAt === FOR_GOOD) return { leased: false };
    const { uses, until, spent } = await settled(tables, lease);
    return { leased: true, uses: Math.max(0, uses - spent.length), until };
  });
}

/**
 * Keeps to a lease from now on; call it with each answer of the gateway's `/v1/sync`. Decisions that
 * the gateway has not heard of yet count against it. What was told before `toldAt` (the answer's
 * `now`), or of an account that was forgotten here, changes nothing.
 *
 * @example
 * const { now, lease } = await response.json();
 * await tellLease(store, { account: 'ana', lease, toldAt: now });
 */
export async function tellLease(
  store: Store,
  {
    account,
    lease,
    toldAt,
    unheardBefore = [],
  }: {
    account: string;
    lease: ToldLease;
    toldAt: number;
    /** Decisions nobody had answered for when the gateway was asked: what a tab told since, it may not have counted. */
    unheardBefore?: readonly string[];
  },
): Promise<void> {
  checkLease(lease);
  if (!Number.isFinite(toldAt)) throw new TypeError('toldAt is an instant in Unix milliseconds');
  await store.write(['accounts', 'ledger', 'outbox', 'evidence'], async (tables) => {
    const row = await tables.accounts.get(account);
    if (!row || (row.lease && row.lease.toldAt > toldAt)) return;
    const spent = [...new Set([...(await unheard(tables, row)), ...unheardBefore])];
    await tables.accounts.put({ ...row, lease: { ...told(lease), toldAt, spent } });
  });
}

/** A lease of which nothing is left until it is told anew, because the token opens nothing now. */
export async function suspendLease(store: Store, account: string): Promise<void> {
  await store.write(['accounts'], async ({ accounts }) => {
    const row = await accounts.get(account);
    if (row?.lease) await accounts.put({ ...row, lease: { ...row.lease, uses: 0 } });
  });
}

/** A lease as it begins with an enrolment, whatever was before. */
export async function beginLease(
  tables: UnheardTables,
  { row, lease }: { row: AccountRow; lease: ToldLease },
): Promise<Lease> {
  return { ...told(lease), toldAt: 0, spent: await unheard(tables, row) };
}

/** A lease without what an authority's yes brought back: that the gateway knows of. */
export async function settled({ outbox }: Pick<Tables, 'outbox'>, lease: Lease): Promise<Lease> {
  const records = await outbox.bulkGet(lease.spent);
  const spent = lease.spent.filter((_, n) => records[n]?.row.settlement !== 'confirmed');
  return { ...lease, spent };
}

/** Decisions of this device alone that the gateway has not answered for, now. */
export async function unheardOf(store: Store, account: string): Promise<string[]> {
  return store.read(['accounts', 'ledger', 'outbox', 'evidence'], async (tables) =>
    unheard(tables, (await tables.accounts.get(account)) ?? { account }),
  );
}

type UnheardTables = Pick<Tables, 'ledger' | 'outbox' | 'evidence'>;

async function unheard(
  { ledger, outbox, evidence }: UnheardTables,
  { account, lease }: AccountRow,
): Promise<string[]> {
  const open = await openDecisions(outbox, account).primaryKeys();
  const told = await openEvidence(evidence, account).primaryKeys();
  // Between the use that is taken and the row that is written there is a moment, or a crash.
  const uses = (await ledger.get(account))?.uses ?? [];
  const taken = (lease?.spent ?? []).filter((id) => uses.some((use) => use.id === id));
  const known = await outbox.bulkGet(taken);
  return [...new Set([...open, ...told, ...taken.filter((_, n) => known[n] === undefined)])];
}

export function checkLease(lease: ToldLease): void {
  const { uses, until } = lease ?? {};
  if (!Number.isSafeInteger(uses) || uses < 0 || !Number.isFinite(until)) {
    throw new TypeError('a lease is a whole number of uses, and an instant in Unix milliseconds');
  }
}

function told({ uses, until }: ToldLease): ToldLease {
  return { uses, until };
}
