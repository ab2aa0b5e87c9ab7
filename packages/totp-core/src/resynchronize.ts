/** Two consecutive codes tell an authenticator's offset (RFC 4226 section 7.4, RFC 6238 section 6). */
import { offsetOf } from './drift.js';
import { wrongType } from './errors.js';
import { type Interval, intersect } from './interval.js';
import { openKey, type TotpKey } from './key.js';
import { checkMaxOffset, marks, stepsAt } from './search.js';
import { stepOf } from './totp.js';
import { checkAfter, parseCode } from './verify.js';

/** A code and when it was received, in Unix milliseconds. */
export interface CodeAt {
  code: string;
  at: number;
}

/**
 * `step` is the second code's: it and everything before it is to be consumed. `mismatch` is no
 * pair of consecutive steps; `ambiguous` is more than one.
 */
export type Resynchronization =
  | { synchronized: true; step: number; offset: Interval }
  | {
      synchronized: false;
      reason: 'malformed' | 'same-code' | 'too-far-apart' | 'mismatch' | 'replayed' | 'ambiguous';
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
 *
 * @returns the offset in seconds, + = fast, or why there is none.
 * @throws TotpError `ERR_INSTANT` for an `at`, `ERR_PARAMS` for `after` or `maxOffset` out of range,
 * `ERR_SECRET` if the key was destroyed. The codes never throw.
 * @example
 * resynchronize(key, [{ code: '081804', at: 1_111_351_109_000 }, { code: '050471', at: 1_111_351_111_000 }]);
 */
export function resynchronize(
  key: TotpKey,
  codes: readonly [CodeAt, CodeAt],
  options: ResynchronizeOptions = {},
): Resynchronization {
  const { mac } = openKey(key);
  const { params } = key;
  if (!Array.isArray(codes) || codes.length !== 2) wrongType('codes', 'two codes');
  const [first, second] = codes as readonly [CodeAt, CodeAt];
  stepOf(params, first.at);
  stepOf(params, second.at);
  checkAfter(options.after);
  const reach = checkMaxOffset(options.maxOffset);
  const guesses = [parseCode(first.code, params.digits), parseCode(second.code, params.digits)];
  const [one, two] = guesses as [number, number];
  if (one < 0 || two < 0) return { synchronized: false, reason: 'malformed' };
  if (one === two) return { synchronized: false, reason: 'same-code' };
  const apart = second.at - first.at;
  if (apart < 0 || apart > 3 * params.period * 1000) {
    return { synchronized: false, reason: 'too-far-apart' };
  }
  const range = stepsAt(params, first.at, { min: -reach, max: reach });
  const { digits } = params;
  const ones = marks(mac, range, { digits, number: one });
  const next = { first: range.first + 1, last: range.last + 1 };
  const twos = marks(mac, next, { digits, number: two });
  const pairs: number[] = [];
  ones.forEach((mark, i) => {
    if ((mark & twos[i]!) === 1) pairs.push(range.first + i);
  });
  const fresh = pairs.filter((step) => step > (options.after ?? -1));
  if (fresh.length > 1) return { synchronized: false, reason: 'ambiguous' };
  const [step] = fresh;
  if (step === undefined) {
    return { synchronized: false, reason: pairs.length > 0 ? 'replayed' : 'mismatch' };
  }
  const offset = intersect(
    offsetOf(params, { at: first.at, step }),
    offsetOf(params, { at: second.at, step: step + 1 }),
  );
  if (!offset) return { synchronized: false, reason: 'too-far-apart' };
  return { synchronized: true, step: step + 1, offset };
}
