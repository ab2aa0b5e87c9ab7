/** Keys of all three algorithms. */
import { type Hashes, importKeyWith, type TotpKey, type TotpParams } from './key.js';
import { SHA1 } from './sha1-hash.js';
import { SHA256, SHA512 } from './sha2-hash.js';

const HASHES: Hashes = { SHA1, SHA256, SHA512 };

/**
 * Imports a secret: Base32 as people paste it (any case, spaces and dashes, padding optional), or
 * its bytes, of any length but 0. The bytes are copied.
 *
 * @throws TotpError `ERR_SECRET` if it is empty or malformed, `ERR_PARAMS` if a parameter is.
 * @example
 * const key = importKey('gezd gnbv gy3t qojq gezd gnbv gy3t qojq');
 */
export function importKey(secret: string | Uint8Array, params?: TotpParams): TotpKey {
  return importKeyWith(HASHES, secret, params);
}
