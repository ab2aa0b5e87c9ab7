/** The outbox of this device: provisional decisions, until they are settled. */
import { claimRow, type Outbox, type OutboxRow, releaseRow, settleRow } from '@driftlock/verifier';
import { evidenceOf } from './evidence-row.js';
import type { OutboxRecord, Tables } from './schema.js';
import type { Store } from './store.js';
import { StoreError } from './store-error.js';

export interface DexieOutboxOptions {
  /** Provisional decisions and rows of evidence that may wait at once. @default 10_000 */
  room?: number;
}

const ROOM = 10_000;

/** Rows that a tab may add without counting, where ten tabs that do so still leave room. */
const UNCOUNTED = 100;
const TABS = 10;

/**
 * An outbox in the store: rows outlive the tab, and are claimed by one tab at a time. What the
 * gateway did not confirm is evidence from the moment it settles, in the same transaction. Nothing
 * makes room for a new row: `add` throws `ERR_STORE_FULL`, and its decision is not accepted.
 *
 * @example
 * const outbox = dexieOutbox(store);
 * for (const row of await outbox.open()) show(row);
 */
export function dexieOutbox(store: Store, { room = ROOM }: DexieOutboxOptions = {}): Outbox {
  /** Reads, decides and writes one row in one transaction; nothing where `decide` changes nothing. */
  function change<C extends { stored: OutboxRow }>(
    id: string,
    decide: (row: OutboxRow) => C | undefined,
  ): Promise<C | undefined> {
    return store.write(['outbox'], ({ outbox }) => changeRow(outbox, id, decide));
  }

  /** Rows still to be added without counting: an engine counts by walking through all that waits. */
  let spare = 0;

  return {
    add: (row) =>
      store.write(['outbox', 'evidence'], async ({ outbox, evidence }) => {
        if (spare > 0) {
          spare--;
          await outbox.add(recordOf(row));
          return;
        }
        // All at once: each by itself would cost a turn to the engine.
        const [open, untold] = await Promise.all([
          outbox.orderBy('openSince').count(),
          evidence.count(),
          outbox.add(recordOf(row)),
        ]);
        const left = room - open - untold;
        if (left <= 0) throw new StoreError('ERR_STORE_FULL');
        spare = left > UNCOUNTED * TABS ? UNCOUNTED : 0;
      }),
    claim: async (id, claim) => (await change(id, (row) => claimRow(row, claim)))?.seen,
    release: async (id, outcome) => {
      await change(id, (row) => ({ stored: releaseRow(row, outcome) }));
    },
    settle: (id, settlement, at) =>
      store.write(['outbox', 'evidence'], async ({ outbox, evidence }) => {
        const settled = await changeRow(outbox, id, (row) => {
          const stored = settleRow(row, settlement, at);
          return stored && { stored };
        });
        const told = settled && evidenceOf(settled.stored);
        if (told) await evidence.add(told);
        return settled !== undefined;
      }),
    open: () =>
      store.read(['outbox'], async ({ outbox }) =>
        (await outbox.orderBy('openSince').toArray()).map(({ row }) => row),
      ),
    find: (id) => store.read(['outbox'], async ({ outbox }) => (await outbox.get(id))?.row),
  };
}

async function changeRow<C extends { stored: OutboxRow }>(
  outbox: Tables['outbox'],
  id: string,
  decide: (row: OutboxRow) => C | undefined,
): Promise<C | undefined> {
  const record = await outbox.get(id);
  const changed = record && decide(record.row);
  if (changed) await outbox.put(recordOf(changed.stored));
  return changed;
}

function recordOf(row: OutboxRow): OutboxRecord {
  return row.settlement ? { row } : { row, openSince: row.decidedAt };
}
