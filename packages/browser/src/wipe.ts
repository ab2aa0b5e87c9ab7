/** Taking away what lets this device accept codes alone, in the transaction that found out why. */
import type { AccountState } from '@driftlock/verifier';
import { ENDED } from './lease.js';
import type { Tables } from './schema.js';

export const WIPE_AFTER = 10;

/** Deletes an account's custody and ends its lease; its ledger and outbox stay. */
export async function wipe(
  { accounts, custody }: Pick<Tables, 'accounts' | 'custody'>,
  account: string,
): Promise<void> {
  const held = await custody.where({ account }).delete();
  const row = await accounts.get(account);
  if (row && (row.lease || held > 0)) await accounts.put({ ...row, lease: ENDED });
}

/** Attempts in a row that were not accepted; each was counted before it was compared. */
export function failuresOf({ attempts, meters = [] }: AccountState): number {
  return Math.max(attempts.failures, ...meters.map((meter) => meter.attempts.failures));
}
