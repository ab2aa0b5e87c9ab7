/** Taking away what lets this device accept codes alone, in the transaction that found out why. */
import type { AccountState } from '@driftlock/verifier';
import { ENDED } from './lease.js';
import type { CustodyRow, Tables } from './schema.js';

type WipeTables = Pick<Tables, 'accounts' | 'custody'>;

export const WIPE_AFTER = 10;

/** Deletes an account's custody and ends its lease for good; its ledger and outbox stay. */
export async function wipe({ accounts, custody }: WipeTables, account: string): Promise<void> {
  await custody.where({ account }).delete();
  const row = await accounts.get(account);
  if (row) await accounts.put({ ...row, lease: ENDED });
}

/** Wipes once `wipeAfter` codes in a row were not accepted while there was something to guess at. */
export async function wipeIfGuessed(
  tables: WipeTables,
  guessed: { account: string; state: AccountState; wipeAfter: number; at: number },
): Promise<void> {
  const { account, state, wipeAfter, at } = guessed;
  if (failuresOf(state) < wipeAfter) return;
  const held = await tables.custody.where({ account }).toArray();
  if (held.some((row) => isGood(row, at))) await wipe(tables, account);
}

/** A pack that has ended recognizes nothing. */
export function isGood(row: CustodyRow, at: number): boolean {
  return row.kind === 'device-key' || at < row.until;
}

/** Each attempt was counted before it was compared. */
function failuresOf({ attempts, meters = [] }: AccountState): number {
  return Math.max(attempts.failures, ...meters.map((meter) => meter.attempts.failures));
}
