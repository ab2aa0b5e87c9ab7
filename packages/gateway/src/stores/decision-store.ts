/** Decisions over an engine, for as long as they are kept. */
import type { Cells } from './engine.js';
import { createShelf } from './shelf.js';
import type { DecisionRecord, DecisionStore } from './stores.js';

/** `retention`: milliseconds that a decision is kept. */
export function decisionsOver(cells: Cells, { retention }: { retention: number }): DecisionStore {
  const shelf = createShelf<DecisionRecord>(cells, {
    kind: 'decision',
    // Apart, because rejections cost whoever types them nothing: they may not push out a yes.
    marks: ({ decision, at }) => ({
      group: decision.accepted ? 'accepted' : 'rejected',
      until: at + retention,
    }),
    check: (stored) => 'decision' in stored && 'account' in stored,
  });
  return {
    async record({ account, decision, at }) {
      const isNew = await shelf.create(decision.id, { account, decision, at });
      if (!isNew) throw new Error('a decision of this id was recorded before');
    },
    settle: (id, { settlement, at }) =>
      shelf.change(id, (record) => {
        const settled = record?.decision.accepted && { ...record, settlement, settledAt: at };
        return { value: settled || record, result: undefined };
      }),
    find: (id) => shelf.read(id),
  };
}
