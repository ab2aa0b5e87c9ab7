/** A code as people type and paste it, as the digits a verifier reads. */

/** Spaces, dashes, and characters that are not seen, such as the marks around right-to-left text. */
const BETWEEN = /[\s\p{Pd}\p{Cf}\u2212]/gu;
const DIGIT = /\p{Nd}/u;
const DIGITS = /\p{Nd}/gu;

/**
 * The code with decimal digits of any script as 0 to 9, and without spaces and dashes. Everything
 * else stays: what is no code is the verifier's to call `malformed`.
 *
 * @example
 * normalizeCode(' ٢٨٧-٠٨٢ '); // '287082'
 */
export function normalizeCode(text: string): string {
  return text.replace(BETWEEN, '').replace(DIGITS, (digit) => String(digitOf(digit)));
}

/** Unicode keeps the ten digits of a script together and in order, and scripts apart or in tens. */
function digitOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(point - before - 1))) before++;
  return before % 10;
}
