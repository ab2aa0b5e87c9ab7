// What may be put into a request, checked before any URL exists; messages name the field only.
import { AuthyError } from './authy-error.js';

/** A user-typed token: 6 to 8 ASCII digits. `\d` without the `u` or `v` flag is ASCII only. */
export const isToken = (
  value: unknown,
  { min = 6, max = 8 }: { min?: number; max?: number } = {},
): value is string =>
  typeof value === 'string' && /^\d+$/.test(value) && value.length >= min && value.length <= max;

/** Authy's id of something, as of a user. */
export const id = (field: string, value: unknown): string =>
  text(field, value, /^\d{1,20}$/, '1 to 20 ASCII digits');

export const email = (value: unknown): string =>
  text('email', value, /^(?=.{3,254}$)[^\s@]+@[^\s@]+$/, 'an e-mail address');

/** A phone number under Authy's names. */
export const phone = (whose: { phone: string; countryCode: number }): PhoneNumber => ({
  phoneNumber: text(
    'phone',
    whose.phone,
    /^\d{4,15}$/,
    '4 to 15 ASCII digits without the country code',
  ),
  countryCode: wholeNumber('countryCode', whose.countryCode, { min: 1, max: 999 }),
});

export interface PhoneNumber {
  phoneNumber: string;
  countryCode: number;
}

export const uuid = (field: string, value: unknown): string =>
  text(field, value, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, 'a UUID');

export const ip = (value: unknown): string =>
  text('ip', value, /^[\da-f.:]{3,45}$/i, 'an IP address');

export const locale = (value: unknown): string =>
  text('locale', value, /^[a-z]{2,3}(?:-[A-Za-z]{2,4})?$/, 'a locale such as en or pt-BR');

/** Characters are code points, not halves of them as UTF-16 counts. */
export function words(field: string, value: unknown, max: number): string {
  if (typeof value !== 'string') throw new TypeError(`${field} must be a string`);
  if (value === '' || [...value].length > max) {
    throw badInput(`${field} must be 1 to ${max} characters`);
  }
  return value;
}

export function oneOf<T extends string>(field: string, value: T, known: readonly T[]): T {
  if (!known.includes(value)) throw badInput(`${field} must be ${known.join(', ')}`);
  return value;
}

/** Checks what may be left out. */
export const given = <T, U>(value: T | undefined, check: (value: T) => U): U | undefined =>
  value === undefined ? undefined : check(value);

/** Visible ASCII: anything else could end the header or be altered on its way. */
export function key(field: string, value: unknown): string {
  if (value === undefined) throw badInput(`${field} is missing`);
  return text(field, value, /^[\x21-\x7e]+$/, 'visible ASCII characters');
}

/** The address of something on the web. */
export function webAddress(value: unknown, max: number): string {
  const url = words('url', value, max);
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw badInput('url must be an absolute URL');
  return url;
}

export function flag(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${field} must be a boolean`);
  return value;
}

export function wholeNumber(
  field: string,
  value: unknown,
  { min, max }: { min: number; max: number },
): number {
  if (typeof value !== 'number') throw new TypeError(`${field} must be a number`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badInput(`${field} must be an integer from ${min} to ${max}`);
  }
  return value;
}

export function abortSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw new TypeError('signal must be an AbortSignal');
}

/**
 * Where the API is: https, or http on this machine, as a path prefix without its last slash.
 * The key travels in clear over http, so no other host is reached that way.
 */
export function baseUrl(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('baseUrl must be a string');
  if (!URL.canParse(value)) throw badInput('baseUrl must be an absolute URL');
  const url = new URL(value);
  if (url.username || url.password || /[?#]/.test(value)) {
    throw badInput('baseUrl must have no credentials, query or fragment');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw badInput('baseUrl must be https, or http on a loopback host');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

// WHATWG URLs have already turned every spelling of an IPv4 or IPv6 host into this one.
const isLoopback = (host: string): boolean =>
  /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

export function text(field: string, value: unknown, shape: RegExp, wanted: string): string {
  if (typeof value !== 'string') throw new TypeError(`${field} must be a string`);
  if (!shape.test(value)) throw badInput(`${field} must be ${wanted}`);
  return value;
}

export const badInput = (message: string): AuthyError =>
  new AuthyError(message, { kind: 'refused', code: 'ERR_AUTHY_INPUT' });
