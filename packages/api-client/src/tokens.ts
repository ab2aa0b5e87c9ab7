// Tokens: one typed by a user is verified, and one is sent by SMS, call or e-mail.
import { askWhether, NO_USER } from './ask.js';
import type { Ruling } from './authority.js';
import type { Exchange } from './exchange.js';
import { flag, given, id, isToken, locale, wholeNumber, words } from './input.js';
import { type Device, readDelivery, readValid } from './wire/tokens.js';

type Invalid = Extract<Ruling, { ruling: 'invalid' }>['reason'];

export type TokenVerification =
  | { valid: true; device?: Device }
  /** Not 6 to 8 ASCII digits; nothing was sent. */
  | { valid: false; reason: 'malformed' }
  | { valid: false; reason: Invalid; authyCode: string };

export type TokenDelivery =
  /** `to` is masked by Authy. */
  | { sent: true; to?: string }
  /** The person has the Authy app; `force` sends it all the same. */
  | { sent: false; reason: 'ignored' }
  | { sent: false; reason: 'unknown-user' | 'suspended'; authyCode: string };

export interface TokenRequest {
  user: string;
  /** Sends a token to those who have the Authy app, too. @default false */
  force?: boolean | undefined;
  /** What the token is for, up to 255 characters: it is good for nothing else. */
  action?: string | undefined;
  /** What the person is told of the action, up to 255 characters. */
  actionMessage?: string | undefined;
  /** The language of what is sent, as `pt-BR`. */
  locale?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Each throws {@link AuthyError} where Authy gave no usable answer; none is ever repeated. */
export interface Tokens {
  /**
   * Asks Authy whether a user-typed token is valid.
   *
   * An invalid token is returned, not thrown. `force` asks about users who have not finished
   * registering too; without it Authy answers 200 for them whatever they typed. @default true
   * `longest` lets longer tokens through, up to 12 digits. @default 8
   *
   * @throws {AuthyError} when there was no ruling: `ERR_AUTHY_DOWN`, `ERR_AUTHY_AMBIGUOUS` (the
   * token may be spent; an aborted call counts as this), `ERR_AUTHY_REFUSED`; `ERR_AUTHY_INPUT`
   * when `user` is not digits.
   * @example
   * const { valid } = await client.tokens.verify({ user: '209', token: '1234567' });
   */
  verify(question: {
    user: string;
    token: string;
    force?: boolean | undefined;
    action?: string | undefined;
    longest?: number | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<TokenVerification>;
  /** Has a token sent by SMS; Authy may find it needless and say so. */
  sms(request: TokenRequest): Promise<TokenDelivery>;
  /** Has a token read out by telephone; Authy may find it needless and say so. */
  call(request: TokenRequest): Promise<TokenDelivery>;
  /** Has a token sent to the user's e-mail address. */
  email(request: Pick<TokenRequest, 'user' | 'force' | 'signal'>): Promise<TokenDelivery>;
}

/** The codes that rule against a token, whatever the HTTP status. */
const INVALID = { ...NO_USER, '60019': 'reused', '60020': 'mismatch' } as const;

export function createTokens(exchange: Exchange): Tokens {
  const send = (channel: 'sms' | 'call') => async (request: TokenRequest) =>
    askWhether(exchange, {
      method: 'GET',
      path: [channel, id('user', request.user)],
      query: {
        force: flag('force', request.force ?? false),
        action: given(request.action, (value) => words('action', value, 255)),
        actionMessage: given(request.actionMessage, (value) => words('actionMessage', value, 255)),
        locale: given(request.locale, locale),
      },
      signal: request.signal,
      flag: 'sent',
      read: readDelivery,
      no: NO_USER,
    }) as Promise<TokenDelivery>;

  return {
    async verify({ user, token, force = true, action, longest = 8, signal }) {
      const path = ['verify', token, id('user', user)];
      const query = {
        force: flag('force', force),
        action: given(action, (value) => words('action', value, 255)),
      };
      const max = wholeNumber('longest', longest, { min: 6, max: 12 });
      if (!isToken(token, { max })) return { valid: false, reason: 'malformed' };
      const call = { method: 'GET', path, query, signal, flag: 'valid' } as const;
      return askWhether(exchange, { ...call, read: readValid, no: INVALID });
    },
    sms: send('sms'),
    call: send('call'),
    async email({ user, force = false, signal }) {
      return askWhether(exchange, {
        method: 'POST',
        path: ['email', id('user', user)],
        body: { force: flag('force', force) },
        signal,
        flag: 'sent',
        read: readDelivery,
        no: NO_USER,
      }) as Promise<TokenDelivery>;
    },
  };
}
