// The Authy client: options checked once, then the groups of calls.
import { type Application, createApplication } from './application.js';
import { createExchange } from './exchange.js';
import { apiKey, baseUrl, wholeNumber } from './input.js';
import { createOneTouch, type OneTouch } from './one-touch.js';
import { createPhones, type Phones } from './phones.js';
import { createTokens, type Tokens } from './tokens.js';
import { createUsers, type Users } from './users.js';

export interface AuthyClientOptions {
  /** Required; sent in the X-Authy-API-Key header and nowhere else. */
  apiKey?: string | undefined;
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

export interface AuthyClient {
  readonly users: Users;
  readonly tokens: Tokens;
  readonly phones: Phones;
  readonly oneTouch: OneTouch;
  readonly application: Application;
}

/**
 * Makes a client for Authy's REST API.
 *
 * @throws {AuthyError} `ERR_AUTHY_INPUT` when a key is missing, or an option's value cannot be used
 * @throws {TypeError} when an option has the wrong type
 * @example
 * const client = createAuthyClient({ apiKey: process.env.AUTHY_API_KEY });
 */
export function createAuthyClient(options: AuthyClientOptions): AuthyClient {
  const { fetch: configured = globalThis.fetch, timeout = 10_000, retry = 2 } = options;
  if (typeof configured !== 'function') throw new TypeError('fetch must be a function');
  const exchange = createExchange({
    apiKey: apiKey(options.apiKey),
    baseUrl: baseUrl(options.baseUrl ?? 'https://api.authy.com'),
    // Called without `this`: browsers and workers refuse a fetch that is somebody's method.
    fetch: (input, init) => configured(input, init),
    timeout: wholeNumber('timeout', timeout, { min: 1, max: 2_147_483_647 }),
    retry: wholeNumber('retry', retry, { min: 0, max: 10 }),
  });
  return {
    users: createUsers(exchange),
    tokens: createTokens(exchange),
    phones: createPhones(exchange),
    oneTouch: createOneTouch(exchange),
    application: createApplication(exchange),
  };
}
