/** RFC 4226: from a counter's HMAC to digits, without a branch or index that depends on them. */
import { checkNumber } from './errors.js';
import { openKey, type TotpKey } from './key.js';

/**
 * The code of a counter, with its leading zeros.
 *
 * @param counter an integer from 0 to `Number.MAX_SAFE_INTEGER`.
 * @throws TotpError `ERR_PARAMS` for any other number, `ERR_SECRET` if the key was destroyed.
 * @example
 * hotp(importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), 0); // '755224'
 */
export function hotp(key: TotpKey, counter: number): string {
  const { mac } = openKey(key);
  checkNumber(counter, { name: 'counter', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });
  const { digits } = key.params;
  const code = String(codeNumber(mac.of(counter), digits)).padStart(digits, '0');
  mac.clean();
  return code;
}

/**
 * The number an HMAC's code stands for: dynamic truncation (section 5.3), and its last digits.
 *
 * The four bytes at the secret offset are the ones that a mask keeps while all sixteen places are
 * read. Bytes go in pairs, since no engine keeps 16 bits anywhere but in a register, while it may
 * box what is longer than 30.
 */
export function codeNumber(mac: Uint8Array, digits: 6 | 7 | 8): number {
  const offset = mac[mac.length - 1]! & 15;
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < 16; i++) {
    const here = ((i ^ offset) - 1) >> 31;
    upper |= ((mac[i]! << 8) | mac[i + 1]!) & here;
    lower |= ((mac[i + 2]! << 8) | mac[i + 3]!) & here;
  }
  return remainder(upper & 0x7fff, lower, digits);
}

/** 10^digits, and `factor = floor(2^(16 + shift) / 10^digits)`. */
const MODULI = {
  6: { modulus: 1_000_000, factor: 17_179, shift: 18 },
  7: { modulus: 10_000_000, factor: 27_487, shift: 22 },
  8: { modulus: 100_000_000, factor: 21_990, shift: 25 },
} as const;

/**
 * A value of 31 bits, in halves of 15 and 16, modulo 10^digits: a division may take longer for some
 * values than for others.
 *
 * The quotient is estimated by a multiplication and is right or 1 too small: for each modulus the
 * dropped half and the rounded factor cost less than 1 together. So one multiple is taken off by a
 * mask. Nothing on the way leaves 30 bits.
 */
export function remainder(upper: number, lower: number, digits: 6 | 7 | 8): number {
  const { modulus, factor, shift } = MODULI[digits];
  const quotient = Math.imul(upper, factor) >> shift;
  const high = upper - Math.imul(quotient, modulus >> 16);
  const less = (high << 16) + lower - Math.imul(quotient, modulus & 0xffff) - modulus;
  return less + (modulus & (less >> 31));
}

/** 1 if an HMAC yields the guessed number, else 0, in the same operations either way. */
export function agrees(mac: Uint8Array, digits: 6 | 7 | 8, guess: number): number {
  // The difference is below 2^27, so that 1 less is negative for 0 alone.
  return ((codeNumber(mac, digits) ^ guess) - 1) >>> 31;
}
