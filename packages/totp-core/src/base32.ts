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
  if (!/^[A-Za-z2-7]+=*$/.test(compact)) refuse();
  const end = compact.indexOf('=');
  const letters = (end < 0 ? compact : compact.slice(0, end)).toUpperCase();
  if (end >= 0 && compact.length !== Math.ceil(letters.length / 8) * 8) refuse();
  // hi-base32 drops a tail of 1, 3 or 6 letters, and bits at the end that make no byte.
  const spare = (letters.length * 5) % 8;
  if (
    spare > 4 ||
    (letterValue(letters.charCodeAt(letters.length - 1)) & ((1 << spare) - 1)) !== 0
  ) {
    refuse();
  }
  const bytes = base32.decode.asBytes(letters);
  const key = Uint8Array.from(bytes);
  bytes.fill(0);
  return key;
}

/** What a letter of the alphabet stands for, by its character code. */
function letterValue(letter: number): number {
  return letter < 65 ? letter - 24 : letter - 65;
}

/** Base32 of bytes, upper case, without padding, as otpauth URIs carry it. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32.encode(bytes).replace(/=+$/, '');
}

function refuse(): never {
  throw new TotpError('ERR_SECRET', 'the secret is not Base32');
}
