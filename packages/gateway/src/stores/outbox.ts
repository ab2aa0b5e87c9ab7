/** The outbox over an engine. */
import { claimRow, type Outbox, type OutboxRow, releaseRow, settleRow } from '@driftlock/verifier';
import type { Engine } from './engine.js';
import { everyRecord } from './every-record.js';
import { createShelf } from './shelf.js';

const OPEN = 'open';
const PAGE = 1000;

/** `retention`: milliseconds that a row is kept once it is settled. */
export function outboxOver(engine: Engine, { retention }: { retention: number }): Outbox {
  const shelf = createShelf<OutboxRow>(engine, {
    kind: 'outbox',
    marks: ({ settlement, settledAt = 0 }) =>
      settlement ? { until: settledAt + retention } : { group: OPEN },
    check: (stored) => 'sent' in stored && 'account' in stored,
  });

  async function open(): Promise<OutboxRow[]> {
    const rows: OutboxRow[] = [];
    const which = { kind: 'outbox', group: OPEN, limit: PAGE } as const;
    for await (const record of everyRecord(engine, which)) rows.push(shelf.listed(record));
    return rows.sort((a, b) => a.decidedAt - b.decidedAt);
  }

  return {
    async add(row) {
      if (!(await shelf.create(row.id, row))) throw new Error('a row of this id was added before');
    },
    claim: (id, claim) =>
      shelf.change(id, (row) => {
        const claimed = row && claimRow(row, claim);
        return { value: claimed?.stored ?? row, result: claimed?.seen };
      }),
    release: (id, outcome) =>
      shelf.change(id, (row) => ({ value: row && releaseRow(row, outcome), result: undefined })),
    settle: (id, settlement, at) =>
      shelf.change(id, (row) => {
        const settled = row && settleRow(row, settlement, at);
        return { value: settled ?? row, result: settled !== undefined };
      }),
    open,
    find: (id) => shelf.read(id),
  };
}
