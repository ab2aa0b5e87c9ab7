/** The ledger over cells: an operation that nobody disturbs is one statement. */
import {
  type AccountState,
  EMPTY_ACCOUNT,
  type Ledger,
  ledgerOver,
  type Reduced,
} from '@driftlock/verifier';
import type { Cells, Place } from './engine.js';
import { createLatest } from './latest.js';
import { createTurns } from './turns.js';

interface Known {
  /** Absent: there is no record. */
  version?: string;
  state: AccountState;
}

/** Others write in between at most as often as there are processes; beyond this nobody would wait. */
const PATIENCE = 100;

/**
 * Makes a ledger of cells that any number of processes share. `keep` bounds how many accounts are
 * remembered as they were last seen; what is remembered is believed only where a swap proves it.
 *
 * @example
 * const ledger = ledgerOverCells(memoryEngine());
 */
export function ledgerOverCells(
  cells: Cells,
  { now, keep = 10_000 }: { now?: () => number; keep?: number } = {},
): Ledger {
  const latest = createLatest<Known>(keep);
  const turns = createTurns();

  async function transact<Result>(
    name: string,
    reduce: (state: AccountState) => Reduced<Result>,
  ): Promise<Result> {
    const place: Place = { kind: 'ledger', key: name };
    // Forgotten until the outcome is known: a reply may be lost.
    let before = latest.take(name);
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const isFresh = before === undefined;
      before ??= await read(cells, place);
      const { state, result } = reduce(before.state);
      if (state === before.state) {
        // Nothing is written that would show whether another wrote meanwhile: it has to be read.
        if (isFresh) {
          latest.put(name, before);
          return result;
        }
      } else {
        const version = crypto.randomUUID();
        const { version: from } = before;
        const to = { value: JSON.stringify(state), version };
        if (await cells.swap(place, from === undefined ? { to } : { from, to })) {
          latest.put(name, { version, state });
          return result;
        }
      }
      before = undefined;
    }
    throw new Error('a ledger record changed faster than it could be read');
  }

  return ledgerOver((name, reduce) => turns.next(name, () => transact(name, reduce)), now);
}

async function read(cells: Cells, place: Place): Promise<Known> {
  const cell = await cells.read(place);
  if (!cell) return { state: EMPTY_ACCOUNT };
  const state = JSON.parse(cell.value) as AccountState;
  // What lacks a field might lack a used step.
  if (!Object.keys(EMPTY_ACCOUNT).every((field) => Object.hasOwn(state, field))) {
    throw new Error('a ledger record is damaged');
  }
  return { version: cell.version, state };
}
