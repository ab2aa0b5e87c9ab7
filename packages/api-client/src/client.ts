// The Authy client: options checked once, then the groups of calls.
import { type Application, createApplication } from './application.js';
import { type Connection, connection } from './connection.js';
import { createExchange } from './exchange.js';
import { key } from './input.js';
import { createOneTouch, type OneTouch } from './one-touch.js';
import { createPhones, type Phones } from './phones.js';
import { createTokens, type Tokens } from './tokens.js';
import { createUsers, type Users } from './users.js';

export interface AuthyClientOptions extends Connection {
  /** Required; sent in the X-Authy-API-Key header and nowhere else. */
  apiKey?: string | undefined;
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
  const exchange = createExchange({
    ...connection(options),
    headers: { 'X-Authy-API-Key': key('apiKey', options.apiKey) },
  });
  return {
    users: createUsers(exchange),
    tokens: createTokens(exchange),
    phones: createPhones(exchange),
    oneTouch: createOneTouch(exchange),
    application: createApplication(exchange),
  };
}
