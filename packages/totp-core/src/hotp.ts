/** RFC 4226: from a counter's HMAC to digits, without a branch or index that depends on them. */
import { outOfRange, wrongType } from './errors.js';
import { openKey, type TotpKey } from './key.js';

// 10^digits, and the largest shift of it that stays below 2^31.
const LADDERS = { 6: [1e6, 11], 7: [1e7, 7], 8: [1e8, 4] } as const;

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
  if (typeof counter !== 'number') wrongType('counter', 'a number');
  if (!Number.isSafeInteger(counter) || counter < 0) {
    outOfRange('counter must be an integer from 0 to 2^53 - 1');
  }
  const { digits } = key.params;
  const code = String(lastDigits(truncate(mac.of(counter)), digits)).padStart(digits, '0');
  mac.clean();
  return code;
}

/** Dynamic truncation (section 5.3): 31 bits at a secret offset, found by reading all sixteen. */
export function truncate(mac: Uint8Array): number {
  const offset = mac[mac.length - 1]! & 15;
  let word = (mac[0]! << 16) | (mac[1]! << 8) | mac[2]!;
  let found = 0;
  for (let i = 0; i < 16; i++) {
    word = (word << 8) | mac[i + 3]!;
    const distance = i ^ offset;
    found |= word & (((distance - 1) & ~distance) >> 31);
  }
  return found & 0x7fffffff;
}

/** `value` modulo 10^digits by a subtract ladder: a division may take longer for some values. */
export function lastDigits(value: number, digits: 6 | 7 | 8): number {
  const [modulus, shifts] = LADDERS[digits];
  let rest = value;
  for (let shift = shifts; shift >= 0; shift--) {
    const multiple = modulus << shift;
    const less = (rest - multiple) | 0;
    rest = (less + (multiple & (less >> 31))) | 0;
  }
  return rest;
}

/** 1 if an HMAC yields the guessed number, else 0, in the same operations either way. */
export function agrees(mac: Uint8Array, digits: 6 | 7 | 8, guess: number): number {
  const difference = lastDigits(truncate(mac), digits) ^ guess;
  return ((difference - 1) & ~difference) >>> 31;
}
