// The signature on Authy's callbacks: HMAC-SHA256 over nonce, method, URL and parameters, as the
// Rails server that makes it writes them.
import { signatureOf, toQuery } from './signature.js';

/** The parameters of a request: a POST's parsed JSON body, or a GET's query as it was received. */
export type CallbackParams = string | Readonly<Record<string, unknown>>;

export interface Callback {
  /** The application's API key. */
  apiKey: string;
  /** The X-Authy-Signature-Nonce header: Unix seconds, as `1427849783.886085`. */
  nonce: string;
  /** GET or POST. */
  method: string;
  /**
   * The address as Authy calls it, which behind a proxy is not the one the server sees. A query is
   * left off.
   */
  url: string;
  params: CallbackParams;
}

/**
 * Tells whether a callback was signed by Authy; false for whatever is amiss with it.
 *
 * With `at` (Unix milliseconds) the nonce must be within `maxAge` seconds of it, before or after. A
 * nonce that was seen within that time is the caller's to refuse.
 *
 * @throws {TypeError} when `apiKey`, `url` or `maxAge` is none: those are the caller's own
 * @example
 * const genuine = verifyCallbackSignature({
 *   apiKey,
 *   signature: request.headers.get('X-Authy-Signature'),
 *   nonce: request.headers.get('X-Authy-Signature-Nonce'),
 *   method: 'POST',
 *   url: 'https://example.com/authy/callback',
 *   params: await request.json(),
 *   at: Date.now(),
 * });
 */
export function verifyCallbackSignature(
  callback: Omit<Callback, 'nonce'> & {
    nonce: string | null | undefined;
    /** The X-Authy-Signature header. */
    signature: string | null | undefined;
    at?: number | undefined;
    /** Seconds. @default 300 */
    maxAge?: number | undefined;
  },
): boolean {
  const { signature, nonce, at, maxAge = 300, ...rest } = callback;
  mustBeText('apiKey', rest.apiKey);
  mustBeText('url', rest.url);
  if (typeof maxAge !== 'number') throw new TypeError('maxAge must be a number of seconds');
  if (typeof signature !== 'string' || typeof nonce !== 'string') return false;
  // Written so that what is no number is too old.
  if (at !== undefined && !(Math.abs(at / 1000 - seconds(nonce)) <= maxAge)) return false;
  const expected = sign({ ...rest, nonce });
  return expected !== undefined && sameText(signature, expected);
}

/**
 * Signs a callback as Authy would: for tests, and for who speaks as Authy.
 *
 * @throws {TypeError} when the callback could not be one of Authy's
 */
export function signCallback(callback: Callback): string {
  mustBeText('apiKey', callback.apiKey);
  mustBeText('url', callback.url);
  const signature = sign(callback);
  if (signature === undefined) throw new TypeError('callback must have a nonce, method and params');
  return signature;
}

function mustBeText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must be a string`);
}

/** Undefined where it would mean more than one thing, or is nothing that Authy sends. */
function sign({ apiKey, nonce, method, url, params }: Callback): string | undefined {
  const [address = ''] = url.split(/[?#]/);
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  const query = typeof params === 'string' ? params.replace(/^\?/, '') : toQuery(params);
  if (query === undefined || !/^(?:GET|POST)$/.test(verb)) return undefined;
  if ([nonce, address, query].some((part) => part.includes('|'))) return undefined;
  return signatureOf(`${nonce}|${verb}|${address}|${query}`, apiKey);
}

const seconds = (nonce: string): number =>
  /^\d+(?:\.\d+)?$/.test(nonce) ? Number(nonce) : Number.NaN;

/** Every character is looked at, whichever the first difference. */
function sameText(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    difference |= given.charCodeAt(i % (given.length || 1)) ^ expected.charCodeAt(i);
  }
  return difference === 0;
}
