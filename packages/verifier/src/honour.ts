/** What an authority's yes restores: offline uses, the run of attempts, a latched account. */
import { isLeased } from './lease.js';
import type { AccountState } from './ledger.js';
import type { Setup } from './setup.js';

export interface Yes {
  id: string;
  account: string;
  now: number;
  /** What is known to have been so when the question was asked; nothing later is restored. */
  seen: Pick<AccountState, 'uses' | 'latch'>;
  /** An attempt to give back where no consumed step did. */
  attempt?: number;
  /** The yes named a code that no held credential knows: nothing here may be believed. */
  keepLatch?: boolean;
}

export async function honour({ ledger, emit }: Setup, yes: Yes): Promise<void> {
  const { id, account, now, seen, attempt, keepLatch } = yes;
  const uses = seen.uses.map((use) => use.id).filter((use) => !isLeased(use));
  if (attempt !== undefined || uses.length > 0) {
    await ledger.giveBack(account, {
      yes: uses,
      ...(attempt === undefined ? {} : { attempt }),
    });
  }
  if (!seen.latch || keepLatch) return;
  await ledger.latch(account, { latched: false, seen: seen.latch.id });
  emit(account, now, { type: 'unlatched', id });
}
