/** What an authority's yes restores: offline uses, the run of attempts, a latched account. */
import type { AccountState } from './ledger.js';
import type { Setup } from './setup.js';

export interface Yes {
  id: string;
  account: string;
  /** When the question was asked, in Unix milliseconds; nothing later is restored. */
  asked: number;
  now: number;
  /** The account as it was read, where it was. @default read now */
  state?: AccountState;
  /** An attempt to give back where no consumed step did. */
  attempt?: number;
  /** The yes named a code that no held credential knows: nothing here may be believed. */
  keepLatch?: boolean;
}

export async function honour(setup: Setup, yes: Yes): Promise<void> {
  const { ledger } = setup;
  const { id, account, asked, now, attempt, keepLatch } = yes;
  const state = yes.state ?? (await ledger.state(account));
  if (attempt !== undefined || state.uses.length > 0) {
    await ledger.giveBack(account, {
      yes: asked,
      ...(attempt === undefined ? {} : { attempt }),
    });
  }
  if (state.latchedAt === undefined || keepLatch) return;
  await ledger.latch(account, { latched: false, at: asked });
  if (state.latchedAt <= asked) setup.emit(account, now, { type: 'unlatched', id });
}
