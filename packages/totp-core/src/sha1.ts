/** SHA-1 keys alone, as nearly all authenticators make them: a bundle without SHA-256 and SHA-512. */
import { type Hashes, importKeyWith, type TotpKey, type TotpParams } from './key.js';
import { SHA1 } from './sha1-hash.js';

const HASHES: Hashes = { SHA1 };

/**
 * Imports a secret as the main entry's `importKey` does, for SHA-1 and nothing else.
 *
 * @throws TotpError `ERR_SECRET` if it is empty or malformed, `ERR_PARAMS` if a parameter is, or
 * names another algorithm.
 * @example
 * import { importKey } from '@driftlock/totp-core/sha1';
 * verify(importKey(secret), typed, { at: Date.now() });
 */
export function importKey(secret: string | Uint8Array, params?: TotpParams): TotpKey {
  return importKeyWith(HASHES, secret, params);
}
