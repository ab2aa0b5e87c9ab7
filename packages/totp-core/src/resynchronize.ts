/** Two consecutive codes tell an authenticator's offset (RFC 4226 section 7.4, RFC 6238 section 6). */
import { wrongType } from './errors.js';
import type { CounterMac } from './hmac.js';
import { type Interval, intersect } from './interval.js';
import { openKey, type TotpKey, type TotpParams } from './key.js';
import { offsetOf } from './offset.js';
import { checkMaxOffset, marks, type Steps, stepsAt } from './search.js';
import { stepOf } from './totp.js';
import { checkAfter, parseCode } from './verify.js';

/** A code and when it was received, in Unix milliseconds. */
export interface CodeAt {
  code: string;
  at: number;
}

/**
 * `step` is the second code's: it and everything before it is to be consumed. `falsePositive` is
 * the probability that two codes typed at random would have been taken, too. `mismatch` is no pair
 * of consecutive steps.
 */
export type Resynchronization =
  | { synchronized: true; step: number; offset: Interval; falsePositive: number }
  | {
      synchronized: false;
      reason: 'malformed' | 'same-code' | 'too-far-apart' | 'mismatch' | 'replayed';
    };

/** What may be found. */
export interface ResynchronizeOptions {
  /** The last step consumed; both codes must be newer. @default none */
  after?: number;
  /** Seconds searched each way, 0 to 86,400. @default 86,400 */
  maxOffset?: number;
}

/**
 * Finds the offset of an authenticator from two codes it showed one after the other, the second of
 * exactly the next step and received at most 3 periods later. The work does not depend on the codes.
 * Ask only for someone known by another factor: two old codes, seen and never used, will do as well.
 *
 * Of two random codes of d digits, one pair in 10^(2d) is right for each of the N steps searched
 * and newer than `after`: `falsePositive` is N / 10^(2d), 5.8e-9 for six digits and a day each way.
 * It is exact but for pairs that repeat among the N or are twice the same code, which lower it.
 *
 * @returns the offset in seconds, + = fast, or why there is none.
 * @throws TotpError `ERR_INSTANT` for an `at`, `ERR_PARAMS` for `after` or `maxOffset` out of range,
 * `ERR_SECRET` if the key was destroyed. The codes never throw.
 * @example
 * resynchronize(key, [{ code: '081804', at: 1_111_111_109_000 }, { code: '050471', at: 1_111_111_111_000 }]);
 */
export function resynchronize(
  key: TotpKey,
  codes: readonly [CodeAt, CodeAt],
  options: ResynchronizeOptions = {},
): Resynchronization {
  const { mac } = openKey(key);
  const { params } = key;
  const [first, second] = checkCodes(codes, params);
  checkAfter(options.after);
  const reach = checkMaxOffset(options.maxOffset);
  const one = parseCode(first.code, params.digits);
  const two = parseCode(second.code, params.digits);
  if (one < 0 || two < 0) return { synchronized: false, reason: 'malformed' };
  if (one === two) return { synchronized: false, reason: 'same-code' };
  const apart = second.at - first.at;
  if (apart < 0 || apart > 3 * params.period * 1000) {
    return { synchronized: false, reason: 'too-far-apart' };
  }
  const range = stepsAt(params, first.at, { min: -reach, max: reach });
  const found = pairs(mac, range, params.digits, [one, two]);
  // The newest where chance made two pairs, as in verify.
  const { after = -1 } = options;
  const step = found.findLast((candidate) => candidate > after);
  if (step === undefined) {
    return { synchronized: false, reason: found.length > 0 ? 'replayed' : 'mismatch' };
  }
  const offset = intersect(
    offsetOf(params, { at: first.at, step }),
    offsetOf(params, { at: second.at, step: step + 1 }),
  );
  if (!offset) return { synchronized: false, reason: 'too-far-apart' };
  const searched = range.last - Math.max(range.first, after + 1) + 1;
  return {
    synchronized: true,
    step: step + 1,
    offset,
    falsePositive: searched / 100 ** params.digits,
  };
}

/** Every step of which one number is the code, and the other that of the next step. */
function pairs(
  mac: CounterMac,
  { first, last }: Steps,
  digits: 6 | 7 | 8,
  numbers: [number, number],
): number[] {
  const found = marks(mac, { first, last: last + 1 }, digits, numbers);
  const steps: number[] = [];
  for (let i = 0; i + 1 < found.length; i++) {
    if ((found[i]! & (found[i + 1]! >> 1) & 1) === 1) steps.push(first + i);
  }
  return steps;
}

function checkCodes(
  codes: readonly [CodeAt, CodeAt],
  params: Required<TotpParams>,
): readonly [CodeAt, CodeAt] {
  if (!Array.isArray(codes) || codes.length !== 2) wrongType('codes', 'two codes');
  for (const { at } of codes) stepOf(params, at);
  return codes;
}
