/** Base32 as people paste it (RFC 4648 section 6), strict where hi-base32 is not. */
import base32 from 'hi-base32';
import { TotpError } from './errors.js';

/**
 * Bytes of a Base32 text: case folded, spaces and dashes dropped, end padding optional.
 *
 * @throws TotpError `ERR_SECRET` for anything else, the empty text included.
 */
export function decodeBase32(text: string): Uint8Array {
  const compact = text.replace(/[ -]/g, '');
  // Checked before folding: Unicode folds a dotless i and a long s into letters of this alphabet.
  const shape = /^([A-Za-z2-7]+)(=*)$/.exec(compact);
  if (!shape) refuse();
  const letters = shape[1]!.toUpperCase();
  const whole = letters.padEnd(Math.ceil(letters.length / 8) * 8, '=');
  if (shape[2] !== '' && compact.length !== whole.length) refuse();
  const bytes = base32.decode.asBytes(whole);
  // hi-base32 drops a tail it cannot use and ignores trailing bits; a canonical text comes back.
  if (base32.encode(bytes) !== whole) refuse();
  const key = Uint8Array.from(bytes);
  bytes.fill(0);
  return key;
}

/** Base32 of bytes, upper case, without padding, as otpauth URIs carry it. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32.encode(bytes).replace(/=+$/, '');
}

function refuse(): never {
  throw new TotpError('ERR_SECRET', 'the secret is not Base32');
}
