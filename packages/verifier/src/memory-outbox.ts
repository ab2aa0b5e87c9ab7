/** The outbox of one process. */
import { dropOldest } from './drop-oldest.js';
import type { Outbox, OutboxRow } from './outbox.js';
import { claimRow, releaseRow, settleRow } from './outbox-row.js';

/**
 * An outbox in memory, for tests and for a process that may forget when it restarts.
 * `keep` bounds how many settled rows stay readable.
 */
export function memoryOutbox({ keep = 10_000 }: { keep?: number } = {}): Outbox {
  const open = new Map<string, OutboxRow>();
  const settled = new Map<string, OutboxRow>();
  return {
    async add(row) {
      open.set(row.id, row);
    },
    async claim(id, claim) {
      const row = open.get(id);
      const claimed = row && claimRow(row, claim);
      if (claimed) open.set(id, claimed.stored);
      return claimed?.seen;
    },
    async release(id, outcome) {
      const row = open.get(id);
      if (row) open.set(id, releaseRow(row, outcome));
    },
    async settle(id, settlement, at) {
      const row = open.get(id);
      const done = row && settleRow(row, settlement, at);
      if (!done) return false;
      open.delete(id);
      settled.set(id, done);
      dropOldest(settled, keep);
      return true;
    },
    async open() {
      return [...open.values()];
    },
    async find(id) {
      return open.get(id) ?? settled.get(id);
    },
  };
}
