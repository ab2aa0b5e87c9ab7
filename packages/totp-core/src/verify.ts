/** RFC 6238 section 5.2: a typed code against a window of steps, always the whole window. */
import { MAC_LENGTH } from './algorithm.js';
import { checkNumber, outOfRange, wrongType } from './errors.js';
import { agrees } from './hotp.js';
import { checkSeconds, openKey, resolveParams, type TotpKey, type TotpParams } from './key.js';
import { stepAt, stepOf } from './totp.js';

/**
 * What the key says of a code. `delta` counts steps from the instant asked about, negative for an
 * old code. `replayed` is a code of the window, none of whose steps is newer than `after`.
 */
export type Verdict =
  | { valid: true; step: number; delta: number }
  | { valid: false; reason: 'malformed' | 'mismatch' | 'replayed' };

/** How many steps before and after the present one are accepted. */
export interface Window {
  backward: number;
  forward: number;
}

/** When a code was received, and which steps it may be of. */
export interface VerifyOptions {
  /** Unix milliseconds at which the code was received. */
  at: number;
  /** In steps, at most 6,000 besides the present one. @default 30 seconds each way, rounded up to whole steps */
  window?: Window;
  /** Seconds this authenticator is known to be fast; the window moves with it. @default 0 */
  drift?: number;
  /** The last step consumed: it and all before it count as replayed. @default none */
  after?: number;
}

const WIDEST = 6000;

/**
 * Verifies a typed code in time that does not depend on the code or the secret. Consuming the step
 * it names, so that it is not accepted twice, is the caller's.
 *
 * @returns anything but as many ASCII digits as the key has is `malformed`, whatever its type.
 * @throws TotpError `ERR_INSTANT` for `at`, `ERR_PARAMS` for `window`, `drift` or `after` out of
 * range, `ERR_SECRET` if the key was destroyed. The code never throws.
 * @example
 * verify(key, '287082', { at: 59_000 }); // { valid: true, step: 1, delta: 0 }
 */
export function verify(key: TotpKey, code: string, options: VerifyOptions): Verdict {
  const { mac } = openKey(key);
  const { params } = key;
  const reach = defaultReach(params.period);
  const { at, after = -1, drift = 0, window = { backward: reach, forward: reach } } = options;
  const { backward, forward } = window;
  const now = stepOf(params, at);
  checkNumber(backward, { name: 'window.backward', min: 0, max: WIDEST, whole: true });
  checkNumber(forward, { name: 'window.forward', min: 0, max: WIDEST - backward, whole: true });
  checkAfter(after);
  checkSeconds(drift, 'drift');
  const centre = stepAt(params, at + drift * 1000);
  // No step lies before the epoch: the window is cut there, whatever the code.
  const first = Math.max(0, centre - backward);
  const count = centre + forward - first + 1;
  const verdict = scan({ first, count, now, after, digits: params.digits, code }, mac.of);
  mac.clean();
  return verdict;
}

/**
 * Verifies a code against HMACs made elsewhere (WebCrypto), with the same kernel as `verify`.
 *
 * @param macs the whole HMACs of consecutive steps, at most 6,001.
 * @param firstStep the step of the first of them.
 * @param options `after` as in `verify`; `at` (Unix milliseconds) is what `delta` counts from.
 * Without `at` it counts from the middle one (of two, the earlier).
 * @throws TotpError `ERR_PARAMS` for an HMAC of the wrong length or a number out of range.
 * @example
 * verifyMacs(macs, 36_999_999, { digits: 6 }, typed, { after: 36_999_998 });
 */
export function verifyMacs(
  macs: Uint8Array[],
  firstStep: number,
  params: TotpParams,
  code: string,
  options: { after?: number; at?: number } = {},
): Verdict {
  const resolved = resolveParams(params);
  checkMacs(macs, MAC_LENGTH[resolved.algorithm]);
  const latest = Number.MAX_SAFE_INTEGER - macs.length;
  checkNumber(firstStep, { name: 'firstStep', min: 0, max: latest, whole: true });
  const { after = -1, at } = options;
  checkAfter(after);
  const middle = firstStep + Math.max(0, Math.floor((macs.length - 1) / 2));
  const now = at === undefined ? middle : stepOf(resolved, at);
  const { digits } = resolved;
  const range = { first: firstStep, count: macs.length, now, after, digits, code };
  return scan(range, (step) => macs[step - firstStep]!);
}

/** The number a typed code stands for, or -1; its shape is public, so a refusal may be early. */
export function parseCode(code: unknown, digits: number): number {
  if (typeof code !== 'string' || code.length !== digits) return -1;
  let number = 0;
  for (let i = 0; i < digits; i++) {
    const digit = code.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Refuses a last consumed step that would compare as nothing. */
export function checkAfter(after: number | undefined): void {
  const max = Number.MAX_SAFE_INTEGER;
  if (after !== undefined) checkNumber(after, { name: 'after', min: -max, max, whole: true });
}

/** Steps each way that cover 30 seconds. */
export function defaultReach(period: number): number {
  return Math.ceil(30 / period);
}

interface Scan {
  first: number;
  count: number;
  now: number;
  after: number;
  digits: 6 | 7 | 8;
  code: string;
}

/** Every step, no early exit; the newest step that matches and is fresh is kept by masks. */
function scan(range: Scan, macOf: (step: number) => Uint8Array): Verdict {
  const { first, count, now, after, digits, code } = range;
  const guess = parseCode(code, digits);
  if (guess < 0) return { valid: false, reason: 'malformed' };
  // Indices, not steps, so that masks work on 32 bits.
  const freshFrom = Math.min(Math.max(after - first + 1, 0), WIDEST + 1);
  let fresh = 0;
  let any = 0;
  let newest = 0;
  for (let i = 0; i < count; i++) {
    const match = agrees(macOf(first + i), digits, guess);
    const usable = match & ~((i - freshFrom) >> 31);
    newest = (newest & (usable - 1)) | (i & (0 - usable));
    fresh |= usable;
    any |= match;
  }
  if (fresh === 1) return { valid: true, step: first + newest, delta: first + newest - now };
  return { valid: false, reason: any === 1 ? 'replayed' : 'mismatch' };
}

function checkMacs(macs: Uint8Array[], length: number): void {
  if (!Array.isArray(macs)) wrongType('macs', 'an array');
  if (macs.length > WIDEST + 1) outOfRange('at most 6001 HMACs, a window of 6000 and its centre');
  for (const mac of macs) {
    if (!(mac instanceof Uint8Array)) wrongType('macs', 'Uint8Arrays');
    if (mac.length !== length) outOfRange('an HMAC is not as long as its algorithm makes it');
  }
}
