/** The emulator as the authority of a gateway in emulate mode. */
import { type Authority, authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { createEmulator, type Emulator } from './emulator/index.js';
import type { GatewayOptions } from './options.js';
import { openSeed, storedAccounts } from './stores/account-shelf.js';
import type { Engine } from './stores/engine.js';
import { createSeal, type SealOptions } from './stores/seal.js';

export function emulatorFor({ keys, now }: GatewayOptions): Emulator {
  const { operator, authy = operator } = keys;
  return createEmulator({ apiKey: authy, operatorKey: operator, ...(now ? { now } : {}) });
}

/**
 * Gives an emulator back the users of accounts that were kept while it was not: those that came of a
 * seed. What it knew of used codes, phones and approvals is not among it.
 *
 * @example
 * await restoreUsers(emulator, { engine, seal });
 */
export async function restoreUsers(
  emulator: Emulator,
  { engine, seal }: { engine: Engine; seal: SealOptions },
): Promise<void> {
  for await (const { account, authyId, seeds } of storedAccounts(engine)) {
    if (authyId === undefined) continue;
    for (const seed of seeds) {
      const secret = await openSeed(createSeal(seal), account, seed);
      emulator.addUser({ secret, params: seed.params, authyId });
      secret.fill(0);
    }
  }
}

/** Asks an emulator over HTTP, as any Authy is asked. */
export function authorityAt(
  { operator, authy = operator }: GatewayOptions['keys'],
  where: { baseUrl: string; fetch?: typeof fetch },
): Authority {
  // Whoever asks about standings asks again by itself.
  return authyAuthority(createAuthyClient({ apiKey: authy, retry: 0, ...where }));
}

/** Asks an emulator in process: where no server is, and in tests of one gateway alone. */
export function authorityWithin(emulator: Emulator, keys: GatewayOptions['keys']): Authority {
  return authorityAt(keys, {
    baseUrl: 'http://localhost',
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
  });
}
