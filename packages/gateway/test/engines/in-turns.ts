/** Two of a thing on one engine, asked in turns, as two processes would. */
import type { Ledger } from '@driftlock/verifier';
import { type LedgerCheck, ledgerChecks } from '@driftlock/verifier/testing';
import type { Cells } from '../../src/stores/engine.js';
import { ledgerOverCells } from '../../src/stores/ledger.js';

export function cellsInTurns(both: [Cells, Cells]): Cells {
  const next = inTurns(both);
  return {
    read: (place) => next().read(place),
    swap: (place, change) => next().swap(place, change),
  };
}

/** All but one, which expects that of ten at once the first to ask wins: only one process promises that. */
export const checksOfTwoLedgers: LedgerCheck[] = ledgerChecks.filter(
  ({ name }) => !name.startsWith('a step that is held is used to everybody'),
);

/** Two ledgers that know nothing of each other but what the engine says. */
export function ledgersInTurns([a, b]: [Cells, Cells]): Ledger {
  const next = inTurns([ledgerOverCells(a), ledgerOverCells(b)]);
  return {
    take: (...asked) => next().take(...asked),
    consume: (...asked) => next().consume(...asked),
    giveBack: (...asked) => next().giveBack(...asked),
    latch: (...asked) => next().latch(...asked),
    state: (...asked) => next().state(...asked),
  };
}

function inTurns<Item>(both: [Item, Item]): () => Item {
  let turn = 0;
  return () => both[turn++ % 2 === 0 ? 0 : 1];
}
