/** Whom a drain has to ask about, and when the next one is due. */
import type { Collection } from 'dexie';
import { type EvidenceRow, LEASE } from './evidence-row.js';
import type { OutboxRecord, Tables } from './schema.js';
import type { Store } from './store.js';
import { dueAt, GATEWAY, newSyncRow, type SyncRow } from './sync-row.js';

/** An account that this device asks its gateway about. */
export interface Contact {
  row: SyncRow;
  /** Its name at the gateway. */
  user: string;
  /** Whether a provisional decision of it is open. */
  open: boolean;
  /** Whether there is evidence to tell. */
  evidence: boolean;
}

interface Found {
  contacts: Contact[];
  /** What is known of the gateway as a whole. */
  gateway: SyncRow | undefined;
}

interface Rhythm {
  store: Store;
  now: () => number;
  every: number;
}

/** Everybody there is something to tell of; and whoever was not asked after for long. */
export async function findContacts(
  { store, now, every }: Rhythm,
  { eager }: { eager: boolean },
): Promise<Found> {
  const { contacts, gateway } = await everybody(store);
  const at = now();
  const due = contacts.filter(
    (one) => one.open || one.evidence || eager || idleAt(one, { at, every }) <= at,
  );
  return { contacts: due, gateway };
}

async function everybody(store: Store): Promise<Found> {
  return store.read(['accounts', 'sync', 'outbox', 'evidence'], async (tables) => {
    const rows = new Map((await tables.sync.toArray()).map((row) => [row.account, row]));
    const enrolled = await tables.accounts.toArray();
    const users = new Map(enrolled.map(({ account, user = account }) => [account, user]));
    const open = new Set(await accountsIn((after) => openAfter(tables, after)));
    const evidence = new Set(await accountsIn((after) => untoldAfter(tables, after)));
    const accounts = new Set([...users.keys(), ...open, ...evidence]);
    const contacts = [...accounts].map((account) => ({
      row: rows.get(account) ?? newSyncRow(account),
      user: users.get(account) ?? account,
      open: open.has(account),
      evidence: evidence.has(account),
    }));
    return { contacts, gateway: rows.get(GATEWAY) };
  });
}

/** Each account once, without reading its other rows. */
async function accountsIn(
  after: (account: string) => Promise<string | undefined>,
): Promise<string[]> {
  const found: string[] = [];
  for (let next = await after(''); next !== undefined; next = await after(next)) found.push(next);
  return found;
}

async function openAfter({ outbox }: Tables, account: string): Promise<string | undefined> {
  const rest: Collection<OutboxRecord, string> = outbox
    .where('[row.account+openSince]')
    .above([account, Number.POSITIVE_INFINITY]);
  return (await rest.first())?.row.account;
}

async function untoldAfter({ evidence }: Tables, account: string): Promise<string | undefined> {
  const rest: Collection<EvidenceRow, string> = evidence
    .where('[account+openSince]')
    .above([account, Number.POSITIVE_INFINITY]);
  return (await rest.first())?.account;
}

/** Now, where it was never asked after, or the clock was set back since. */
function idleAt({ row }: Contact, { at, every }: { at: number; every: number }): number {
  const { pulledAt } = row;
  return pulledAt === undefined || pulledAt > at ? 0 : pulledAt + every;
}

const SOON = 5000;
const LATE = 300_000;

/** When something has to be done next: a code dies, an account's time comes, a lease lapses. */
export async function wakeAt({ store, now, every }: Rhythm): Promise<number> {
  const { contacts, gateway } = await everybody(store);
  const at = now();
  const open = await store.read(['outbox'], ({ outbox }) => outbox.orderBy('openSince').toArray());
  const lanes = contacts
    .filter(({ row }) => row.paused === undefined)
    .map((one) => laneAt(one, { at, every }));
  const asked = Math.max(gateway ? dueAt(gateway, at) : 0, Math.min(...lanes));
  return Math.min(asked, ...open.map(({ row }) => liveAt(row, at)), at + every);
}

function laneAt(contact: Contact, { at, every }: { at: number; every: number }): number {
  const due = dueAt(contact.row, at);
  if (!contact.evidence) return Math.max(due, idleAt(contact, { at, every }));
  // Right after a drain, what can be told is held by another tab, or by one that died.
  return due > at ? due : at + LEASE / 4;
}

/** When its digits have to go; before that, now and then, and the less often the longer it waits. */
function liveAt({ code, deadline, decidedAt }: OutboxRecord['row'], at: number): number {
  const again = at + Math.min(LATE, Math.max(SOON, (at - decidedAt) / 4));
  return code !== undefined && deadline >= at ? Math.min(again, deadline + 1) : again;
}
