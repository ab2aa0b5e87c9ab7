// Where Authy is and how patiently it is asked: options that every client of it takes.
import { baseUrl, wholeNumber } from './input.js';

export interface Connection {
  /**
   * The API's root, with or without a path prefix. https, or http on a loopback host.
   * @default 'https://api.authy.com'
   */
  baseUrl?: string | undefined;
  /** Called with a Request. @default globalThis.fetch */
  fetch?: typeof fetch | undefined;
  /** Milliseconds one attempt may take, its answer's body included. @default 10000 */
  timeout?: number | undefined;
  /**
   * How often a call that only reads is repeated, 0 to 10; nothing else ever is. A Retry-After
   * longer than `timeout` is not waited for. @default 2
   */
  retry?: number | undefined;
}

/** One attempt over the network. */
export type Attempt = (url: string, init: RequestInit) => Promise<Response>;

/** The options with their defaults, checked. */
export function connection(options: Connection): {
  baseUrl: string;
  fetch: Attempt;
  timeout: number;
  retry: number;
} {
  const { fetch = globalThis.fetch, timeout = 10_000, retry = 2 } = options;
  if (typeof fetch !== 'function') throw new TypeError('fetch must be a function');
  return {
    baseUrl: baseUrl(options.baseUrl ?? 'https://api.authy.com'),
    // Called without `this`: browsers and workers refuse a fetch that is somebody's method. The
    // runtime's own makes a Request by itself; one in its hands would be copied.
    fetch: (url, init) =>
      options.fetch === undefined ? fetch(url, init) : fetch(new Request(url, init)),
    timeout: wholeNumber('timeout', timeout, { min: 1, max: 2_147_483_647 }),
    retry: wholeNumber('retry', retry, { min: 0, max: 10 }),
  };
}
