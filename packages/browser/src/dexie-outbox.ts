/** The outbox of this device: provisional decisions, until they are settled. */
import { claimRow, type Outbox, type OutboxRow, releaseRow, settleRow } from '@driftlock/verifier';
import type { OutboxRecord } from './schema.js';
import type { Store } from './store.js';

/**
 * An outbox in the store: rows outlive the tab, and are claimed by one tab at a time.
 *
 * @example
 * const outbox = dexieOutbox(store);
 * for (const row of await outbox.open()) show(row);
 */
export function dexieOutbox(store: Store): Outbox {
  /** Reads, decides and writes one row in one transaction; nothing where `decide` changes nothing. */
  function change<C extends { stored: OutboxRow }>(
    id: string,
    decide: (row: OutboxRow) => C | undefined,
  ): Promise<C | undefined> {
    return store.write(['outbox'], async ({ outbox }) => {
      const record = await outbox.get(id);
      const changed = record && decide(record.row);
      if (changed) await outbox.put(recordOf(changed.stored));
      return changed;
    });
  }

  return {
    add: (row) =>
      store.write(['outbox'], async ({ outbox }) => {
        await outbox.add(recordOf(row));
      }),
    claim: async (id, claim) => (await change(id, (row) => claimRow(row, claim)))?.seen,
    release: async (id, outcome) => {
      await change(id, (row) => ({ stored: releaseRow(row, outcome) }));
    },
    settle: async (id, settlement, at) => {
      const settled = await change(id, (row) => {
        const stored = settleRow(row, settlement, at);
        return stored && { stored };
      });
      return settled !== undefined;
    },
    open: () =>
      store.read(['outbox'], async ({ outbox }) =>
        (await outbox.orderBy('openSince').toArray()).map(({ row }) => row),
      ),
    find: (id) => store.read(['outbox'], async ({ outbox }) => (await outbox.get(id))?.row),
  };
}

function recordOf(row: OutboxRow): OutboxRecord {
  return row.settlement ? { row } : { row, openSince: row.decidedAt };
}
