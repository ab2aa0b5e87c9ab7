// The client of Twilio Verify v2 for TOTP: options checked once, then the groups of calls.
import { type Connection, connection } from '../connection.js';
import { createExchange } from '../exchange.js';
import { badInput, key } from '../input.js';
import { ask, askWhether } from './ask.js';
import { createChallenges, type TwilioChallenges } from './challenges.js';
import { createFactors, type OfEntity, type TwilioFactors, type TwilioNo } from './factors.js';
import { identity, sid } from './input.js';
import { readGone } from './wire/owned.js';
import { readService, type TwilioService } from './wire/service.js';

export interface TwilioVerifyOptions extends Connection {
  /** The account that the service belongs to; answers about another are not believed. */
  accountSid: string;
  /** Either this, or an API key with its secret: sent as HTTP Basic, and nowhere else. */
  authToken?: string | undefined;
  /** An API key's sid (`SK`). */
  apiKey?: string | undefined;
  apiSecret?: string | undefined;
  serviceSid: string;
}

export interface TwilioVerifyClient {
  readonly service: {
    /** Asks how the service's factors make codes unless they say otherwise. */
    get(question?: { signal?: AbortSignal | undefined }): Promise<TwilioService>;
  };
  readonly entities: {
    /** Takes an entity away with all its factors and challenges. */
    remove(
      question: OfEntity,
    ): Promise<{ removed: true } | ({ removed: false } & TwilioNo<'unknown-entity'>)>;
  };
  readonly factors: TwilioFactors;
  readonly challenges: TwilioChallenges;
}

/**
 * Makes a client for the TOTP part of Twilio Verify v2, of one service.
 *
 * Takes `baseUrl` (`https://verify.twilio.com`), `fetch`, `timeout` and `retry` as
 * {@link createAuthyClient} does, and keeps to the same rules.
 *
 * @throws {AuthyError} `ERR_AUTHY_INPUT` when credentials are missing, or an option's value cannot be used
 * @throws {TypeError} when an option has the wrong type
 * @example
 * const client = createTwilioVerifyClient({ accountSid, authToken, serviceSid });
 */
export function createTwilioVerifyClient(options: TwilioVerifyOptions): TwilioVerifyClient {
  const owner = {
    accountSid: sid('accountSid', options.accountSid, 'AC'),
    serviceSid: sid('serviceSid', options.serviceSid, 'VA'),
  };
  const send = createExchange({
    ...connection({ ...options, baseUrl: options.baseUrl ?? 'https://verify.twilio.com' }),
    headers: { Authorization: `Basic ${btoa(credentials(options))}` },
  });
  const exchange: typeof send = (call) =>
    send({ ...call, door: 'v2/Services', path: [owner.serviceSid, ...call.path] });
  return {
    service: {
      get: async ({ signal } = {}) => {
        const read = readService(owner);
        return ask(exchange, { method: 'GET', path: [], repeatable: true, signal, read });
      },
    },
    entities: {
      async remove({ identity: who, signal }) {
        const { no } = await askWhether(exchange, {
          method: 'DELETE',
          path: ['Entities', identity(who)],
          signal,
          read: readGone,
          no: { '20404': 'unknown-entity' } as const,
        });
        return no ? { removed: false, ...no } : { removed: true };
      },
    },
    factors: createFactors(exchange, owner),
    challenges: createChallenges(exchange, owner),
  };
}

function credentials({ accountSid, authToken, apiKey, apiSecret }: TwilioVerifyOptions): string {
  if (authToken !== undefined && apiKey === undefined && apiSecret === undefined) {
    return `${accountSid}:${key('authToken', authToken)}`;
  }
  if (authToken !== undefined || apiKey === undefined) {
    throw badInput('authToken is needed, or apiKey with apiSecret, and not both');
  }
  return `${sid('apiKey', apiKey, 'SK')}:${key('apiSecret', apiSecret)}`;
}
