/** The emulator as the authority of a gateway in emulate mode. */
import { type Authority, authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { createEmulator, type Emulator } from './emulator/index.js';
import type { GatewayOptions } from './options.js';

export function emulatorFor({ keys, now }: GatewayOptions): Emulator {
  const { operator, authy = operator } = keys;
  return createEmulator({ apiKey: authy, operatorKey: operator, ...(now ? { now } : {}) });
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
