/** One drain: what became of accounts is pulled, live codes are settled, then evidence is told. */
import { faultOf, type Reconciled } from '@driftlock/verifier';
import { type Contact, findContacts } from './contacts.js';
import { keep, type Lane, openLane } from './lane.js';
import type { OfflineVerifier } from './offline-verifier.js';
import { pull } from './pull.js';
import type { Store } from './store.js';
import type { SyncEvent } from './sync-event.js';
import { afterAnswer, afterFailure, isDue, newSyncRow } from './sync-row.js';
import { tell } from './tell.js';

export interface DrainParts {
  store: Store;
  verifier: Pick<OfflineVerifier, 'reconcile' | 'deny' | 'clock'>;
  baseUrl: string;
  token: (account: string) => string | undefined | Promise<string | undefined>;
  fetch: typeof fetch | undefined;
  timeout: number | undefined;
  /** Milliseconds between two questions after an account that has nothing to tell. */
  every: number;
  /** Unix milliseconds. */
  now: () => number;
  random: () => number;
  emit: (event: SyncEvent) => void;
}

/** A drain under way. */
export interface Drain {
  parts: DrainParts;
  /** Whether somebody knows that things changed: pauses and waits of our own don't count. */
  eager: boolean;
  signal: AbortSignal;
  witnessed: boolean;
  /** Accounts in a row for which nobody answered. */
  unreached: number;
  told: number;
  dead: number;
  failed: number;
}

export interface Drained {
  /** Rows of evidence that the gateway took. */
  told: number;
  /** Rows that are not told any more. */
  dead: number;
  /** Accounts for which the gateway gave no answer to go by. */
  failed: number;
  /** What became of live decisions; absent where none was open. */
  settled?: Reconciled;
}

/** Accounts at once: one that is slow holds up none but its own. */
const LANES = 4;
/** After so many accounts for which nobody answers, the others would only wait as well. */
const UNREACHED = 3;
/** Settled decisions that stay readable. */
const READABLE = 1000;

export async function drain(
  parts: DrainParts,
  { eager, signal }: { eager: boolean; signal: AbortSignal },
): Promise<Drained> {
  const counts = { unreached: 0, told: 0, dead: 0, failed: 0 };
  const run: Drain = { parts, eager, signal, witnessed: false, ...counts };
  const { contacts, gateway = newSyncRow('') } = await findContacts(parts, { eager });
  const open = contacts.filter((contact) => contact.open);
  const askable = isDue(gateway, { at: parts.now(), eager });
  const pulled = new Map<string, Lane | undefined>();
  // Codes die while they wait: their accounts go first, and no evidence is told before.
  if (askable) {
    await inLanes(run, open, async (contact) => {
      pulled.set(contact.row.account, await pulledLane(run, contact));
    });
  }
  const settled = open.length > 0 ? await parts.verifier.reconcile({ signal }) : undefined;
  if (askable) {
    await inLanes(run, contacts, async (contact) => {
      const { account } = contact.row;
      const lane = pulled.has(account) ? pulled.get(account) : await pulledLane(run, contact);
      // What was told is taken out of the lease there, and the answer fills it up.
      if (lane && (await tell(run, lane)) > 0 && !lane.closed) await pull(run, lane);
    });
  }
  if (run.unreached >= UNREACHED) await keep(run, afterFailure(gateway, waiting(parts)));
  else if (askable && gateway.tries > 0) await keep(run, afterAnswer(gateway));
  await forgetSettled(parts.store);
  const { told, dead, failed } = run;
  return { told, dead, failed, ...(settled ? { settled } : {}) };
}

/** An account whose news were carried out, so that it may be told its evidence. */
async function pulledLane(run: Drain, contact: Contact): Promise<Lane | undefined> {
  const lane = await openLane(run, contact);
  return lane && (await pull(run, lane)) ? lane : undefined;
}

/** A few at once; what fails for one is reported, and stops none of the others. */
async function inLanes(
  run: Drain,
  contacts: readonly Contact[],
  visit: (contact: Contact) => Promise<void>,
): Promise<void> {
  const waitingLine = contacts.values();
  const goOn = () => !run.signal.aborted && run.unreached < UNREACHED;
  async function lane(): Promise<void> {
    for (const contact of waitingLine) {
      if (!goOn()) return;
      try {
        await visit(contact);
      } catch (error) {
        await report(run, contact, error);
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function report(run: Drain, { row }: Contact, error: unknown): Promise<void> {
  run.failed += 1;
  run.parts.emit({ type: 'fault', account: row.account, error: faultOf(error) });
  // Where the store is what failed, the drain itself is about to.
  await keep(run, afterFailure(row, waiting(run.parts)));
}

function waiting({ now, random }: DrainParts): { at: number; random: () => number } {
  return { at: now(), random };
}

/** Of the decisions that were settled longest ago, only evidence and ledger know any more. */
async function forgetSettled(store: Store): Promise<void> {
  await store.write(['outbox'], async ({ outbox }) => {
    const settled = outbox.orderBy('row.settledAt');
    const most = await settled.count();
    if (most > READABLE) await settled.limit(most - READABLE).delete();
  });
}
