/** The one error class of totp-core: a broken contract, never an expected "no". */

/**
 * `ERR_SECRET` an empty, malformed or destroyed secret; `ERR_PARAMS` a parameter out of range;
 * `ERR_INSTANT` a time that is not one, or lies before the epoch; `ERR_URI` an otpauth URI refused.
 */
export type TotpErrorCode = 'ERR_SECRET' | 'ERR_PARAMS' | 'ERR_INSTANT' | 'ERR_URI';

/**
 * Thrown for input that only a caller can get wrong; its message never holds a secret, code or URI.
 *
 * @example
 * if (error instanceof TotpError && error.code === 'ERR_SECRET') askForTheSecretAgain();
 */
export class TotpError extends Error {
  readonly code: TotpErrorCode;

  constructor(code: TotpErrorCode, message: string) {
    super(message);
    this.name = 'TotpError';
    this.code = code;
  }
}

/** Refuses a wrong argument type with a TypeError that names the argument and not its value. */
export function wrongType(name: string, expected: string): never {
  throw new TypeError(`${name} must be ${expected}`);
}

/** Refuses a value out of range. */
export function outOfRange(message: string): never {
  throw new TotpError('ERR_PARAMS', message);
}

/** Refuses what is not a number from `min` to `max`, or not an integer where it has to be whole. */
export function checkNumber(
  value: unknown,
  { name, min, max, whole }: { name: string; min: number; max: number; whole?: boolean },
): asserts value is number {
  const isNumber = typeof value === 'number';
  // Written so that NaN is refused.
  if (isNumber && value >= min && value <= max && !(whole && !Number.isInteger(value))) return;
  const expected = `${whole ? 'an integer' : 'a number'} from ${min} to ${max}`;
  if (!isNumber) wrongType(name, expected);
  outOfRange(`${name} must be ${expected}`);
}
