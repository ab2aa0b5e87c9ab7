// Verifying a token: GET /protected/json/verify/{token}/{id}, asked once and never repeated.
import type { Ruling } from './authority.js';
import type { Exchange } from './exchange.js';
import { unusable } from './failure.js';
import { abortSignal, flag, isToken, userId } from './input.js';
import { authyCode, type Device, decodeTokenIsValid } from './wire.js';

type Invalid = Extract<Ruling, { ruling: 'invalid' }>['reason'];

export type TokenVerification =
  | { valid: true; device?: Device }
  /** Not 6 to 8 ASCII digits; nothing was sent. */
  | { valid: false; reason: 'malformed' }
  | { valid: false; reason: Invalid; authyCode: string };

export interface Tokens {
  /**
   * Asks Authy whether a user-typed token is valid.
   *
   * An invalid token is returned, not thrown. `force` asks about users who have not finished
   * registering too; without it Authy answers 200 for them whatever they typed. @default true
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
    force?: boolean;
    signal?: AbortSignal | undefined;
  }): Promise<TokenVerification>;
}

/** The codes that rule against a token, whatever the HTTP status. */
export const INVALID: ReadonlyMap<string, Invalid> = new Map([
  ['60016', 'unknown-user'],
  ['60017', 'suspended'],
  ['60018', 'suspended'],
  ['60019', 'reused'],
  ['60020', 'mismatch'],
  ['60026', 'unknown-user'],
  ['60106', 'suspended'],
  ['60107', 'suspended'],
  ['60127', 'unknown-user'],
  ['60128', 'unknown-user'],
]);

export function createTokens(exchange: Exchange): Tokens {
  return {
    async verify({ user, token, force = true, signal }) {
      const checked = { user: userId(user), force: flag('force', force) };
      const caller = abortSignal(signal);
      if (!isToken(token)) return { valid: false, reason: 'malformed' };
      const answer = await exchange({
        method: 'get',
        path: ['verify', token, checked.user],
        query: { force: String(checked.force) },
        signal: caller,
      });
      const code = authyCode(answer);
      const reason = code && INVALID.get(code);
      if (reason) return { valid: false, reason, authyCode: code };
      const accepted = decodeTokenIsValid(answer);
      if (!accepted) throw unusable(answer);
      return { valid: true, ...accepted };
    },
  };
}
