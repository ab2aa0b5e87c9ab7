/** A seed for an account, alone on its time grid: the devices that hold the one before it are revoked. */
import type { Parts } from './parts.js';
import type { Account, Seed } from './stores/stores.js';

/** `false` where the account is gone. */
export async function giveSeed(
  { stores, devices }: Pick<Parts, 'stores' | 'devices'>,
  { id, held }: Account,
  seed: Seed,
): Promise<boolean> {
  // They would go on accepting codes of the seed that is replaced.
  if (held.some(({ credential }) => credential === seed.credential)) await devices.revokeAll(id);
  return stores.accounts.hold(id, seed);
}
