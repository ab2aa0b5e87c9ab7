/** Base32 as people paste it (RFC 4648 section 6), strict where hi-base32 is not. */
import base32 from 'hi-base32';
import { TotpError } from './errors.js';

/**
 * Groups of 8 letters, as many as no key has; the last may be short, with bits over that are 0, and
 * padding or none.
 */
const WHOLE =
  /^(?=.)(?:[A-Z2-7]{8}){0,9999}(?:[A-Z2-7][AEIMQUY4](={6})?|[A-Z2-7]{3}[AQ](={4})?|[A-Z2-7]{4}[ACEGIKMOQSUWY246](={3})?|[A-Z2-7]{6}[AIQY]=?)?$/i;

/**
 * Bytes of a Base32 text: case folded, spaces and dashes dropped, end padding optional.
 *
 * @throws TotpError `ERR_SECRET` for anything else, the empty text included.
 */
export function decodeBase32(text: string): Uint8Array {
  const compact = text.replace(/[ -]/g, '');
  if (!WHOLE.test(compact)) throw new TotpError('ERR_SECRET', 'the secret is not Base32');
  const bytes = base32.decode.asBytes(compact.toUpperCase());
  const key = Uint8Array.from(bytes);
  bytes.fill(0);
  return key;
}

/** Base32 of bytes, upper case, without padding, as otpauth URIs carry it. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32.encode(bytes).replace(/=+$/, '');
}
