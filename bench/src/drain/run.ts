/** One drain of so many rows, and what it came to at the gateway. */
import { drainBare, drainRemovingFirst, drainRenaming } from './controls.js';
import { type FarSide, startFarSide } from './far-side.js';
import { drainAll, type Faults, faultyFetch, openTabs, rowsOf, sharedLocks } from './near-side.js';

export type Subject = 'ours' | 'ours with locks' | 'bare' | 'removing first' | 'renaming';

export interface Plan {
  accounts: number;
  /** Rows of each account. */
  each: number;
  tabs: number;
  faults: Faults;
}

export interface Drained {
  rows: number;
  /** Rows that the gateway never recorded. */
  lost: number;
  /** Rows that it recorded more than once, and steps that two claims took. */
  twice: number;
  /** Rows still on the device. */
  left: number;
  /** Rows told again that the gateway knew. */
  repeats: number;
  requests: number;
  ms: number;
}

const QUEUES = {
  bare: drainBare,
  'removing first': drainRemovingFirst,
  renaming: drainRenaming,
} as const;

export async function drainOnce(
  subject: Subject,
  { accounts: count, each, tabs, faults }: Plan,
): Promise<Drained> {
  const accounts = Array.from({ length: count }, (_, n) => `account-${n}`);
  const rows = rowsOf(accounts, each, Date.now());
  const far = await startFarSide(accounts);
  try {
    if (subject === 'ours' || subject === 'ours with locks') {
      const locks = subject === 'ours' ? {} : { locks: sharedLocks() };
      const opened = await openTabs(far, { rows, tabs, faults, ...locks });
      const began = performance.now();
      const { left } = await drainAll(opened);
      return outcome(far, { rows: rows.length, left, began });
    }
    const began = performance.now();
    const line = faults.share > 0 ? faultyFetch(faults) : fetch;
    await QUEUES[subject](far, { rows, tabs, fetch: line });
    return outcome(far, { rows: rows.length, left: 0, began });
  } finally {
    await far.close();
  }
}

function outcome(
  far: FarSide,
  { rows, left, began }: { rows: number; left: number; began: number },
): Drained {
  const ms = performance.now() - began;
  const times = [...far.recorded.values()];
  return {
    ...{ rows, left, ms, requests: far.requests(), repeats: far.duplicates() },
    lost: rows - times.length,
    twice: times.filter((each) => each > 1).length + far.claimedTwice(),
  };
}
