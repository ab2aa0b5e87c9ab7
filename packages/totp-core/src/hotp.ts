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
 * The four bytes at the secret offset are moved to the front by 8, 4, 2 and 1 bytes or not at all,
 * each by a mask: every byte is read whatever the offset. Bytes go in pairs, since no engine keeps
 * 16 bits anywhere but in a register, while it may box what is longer than 30. Masks
 * are taken from 0: a minus sign would make -0 of a clear bit, and that is boxed too.
 */
export function codeNumber(mac: Uint8Array, digits: 6 | 7 | 8): number {
  const offset = mac[mac.length - 1]!;
  const by8 = 0 - ((offset >> 3) & 1);
  const by4 = 0 - ((offset >> 2) & 1);
  const by2 = 0 - ((offset >> 1) & 1);
  const by1 = 0 - (offset & 1);
  const a0 = choose(by8, pair(mac, 0), pair(mac, 8));
  const a1 = choose(by8, pair(mac, 2), pair(mac, 10));
  const a2 = choose(by8, pair(mac, 4), pair(mac, 12));
  const a3 = choose(by8, pair(mac, 6), pair(mac, 14));
  const a4 = choose(by8, pair(mac, 8), pair(mac, 16));
  const a5 = choose(by8, pair(mac, 10), pair(mac, 18));
  const b0 = choose(by4, a0, a2);
  const b1 = choose(by4, a1, a3);
  const b2 = choose(by4, a2, a4);
  const b3 = choose(by4, a3, a5);
  const c0 = choose(by2, b0, b1);
  const c1 = choose(by2, b1, b2);
  const c2 = choose(by2, b2, b3);
  const upper = choose(by1, c0, ((c0 & 255) << 8) | (c1 >> 8));
  const lower = choose(by1, c1, ((c1 & 255) << 8) | (c2 >> 8));
  return remainder(upper & 0x7fff, lower, digits);
}

function pair(mac: Uint8Array, at: number): number {
  return (mac[at]! << 8) | mac[at + 1]!;
}

function choose(mask: number, otherwise: number, chosen: number): number {
  return otherwise ^ ((otherwise ^ chosen) & mask);
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
