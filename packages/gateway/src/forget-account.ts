/** The end of an account: what is remembered of it goes, and what its ledger knows stays. */
import type { Parts } from './parts.js';

export async function forgetAccount(
  { stores, devices }: Pick<Parts, 'stores' | 'devices'>,
  id: string,
): Promise<void> {
  // First: whatever fails after it, no code of this account is good for the next of its name.
  await stores.recovery.forget(id);
  await devices.revokeAll(id);
  await stores.accounts.delete(id);
  await stores.drift.forget(id);
}
