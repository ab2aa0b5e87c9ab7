/** The ledger over cells: an operation that nobody disturbs is one statement. */
import { type AccountState, EMPTY_ACCOUNT, type Ledger, ledgerOver } from '@driftlock/verifier';
import type { Cells } from './engine.js';
import { createShelf } from './shelf.js';

/**
 * Makes a ledger of cells that any number of processes share. `keep` bounds how many accounts are
 * remembered as they were last seen.
 *
 * @example
 * const ledger = ledgerOverCells(memoryEngine());
 */
export function ledgerOverCells(
  cells: Cells,
  { now, keep }: { now?: () => number; keep?: number } = {},
): Ledger {
  const accounts = createShelf<AccountState>(cells, {
    kind: 'ledger',
    // What lacks a field might lack a used step.
    check: (stored) => Object.keys(EMPTY_ACCOUNT).every((field) => Object.hasOwn(stored, field)),
    ...(keep === undefined ? {} : { keep }),
  });
  return ledgerOver(
    (name, reduce) =>
      accounts.change(name, (before) => {
        const { state, result } = reduce(before ?? EMPTY_ACCOUNT);
        return { value: state === EMPTY_ACCOUNT ? before : state, result };
      }),
    now,
  );
}
