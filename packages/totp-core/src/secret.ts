/** New secrets from WebCrypto randomness (RFC 4226 R6: at least 128 bits, 160 recommended). */
import { encodeBase32 } from './base32.js';
import { checkNumber } from './errors.js';

/**
 * A random secret as unpadded Base32.
 *
 * @param bytes how many random bytes, 16 to 1024. Default 20, the 160 bits RFC 4226 recommends.
 * @throws TotpError `ERR_PARAMS` outside that range.
 * @example
 * const key = importKey(generateSecret());
 */
export function generateSecret(bytes = 20): string {
  checkNumber(bytes, { name: 'bytes', min: 16, max: 1024, whole: true });
  const secret = crypto.getRandomValues(new Uint8Array(bytes));
  const text = encodeBase32(secret);
  secret.fill(0);
  return text;
}
