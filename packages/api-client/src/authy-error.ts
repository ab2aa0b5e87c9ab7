// The one error of this package: no ruling, no answer, or a call that was never sent.
import type { AuthorityFailure } from './authority.js';

export type AuthyErrorCode =
  /** The call itself was wrong; nothing was sent. */
  'ERR_AUTHY_INPUT' | 'ERR_AUTHY_DOWN' | 'ERR_AUTHY_AMBIGUOUS' | 'ERR_AUTHY_REFUSED';

const CODES: Record<AuthorityFailure, AuthyErrorCode> = {
  down: 'ERR_AUTHY_DOWN',
  ambiguous: 'ERR_AUTHY_AMBIGUOUS',
  refused: 'ERR_AUTHY_REFUSED',
};

/**
 * Thrown where Authy or Twilio Verify gave no answer that can be acted on.
 *
 * Neither the message nor anything reachable from it holds a URL, code, key, phone number, e-mail
 * address or response body.
 *
 * @example
 * try {
 *   await client.tokens.verify({ user, token });
 * } catch (error) {
 *   if (error instanceof AuthyError && error.kind === 'down') askLater();
 * }
 */
export class AuthyError extends Error {
  readonly code: AuthyErrorCode;
  /** `ERR_AUTHY_INPUT` is `refused`: asking elsewhere or later would not mend it. */
  readonly kind: AuthorityFailure;
  /** Whether the very same call may be made again and could then succeed. */
  readonly retriable: boolean;
  /** The HTTP status, where there was an answer. */
  declare readonly status?: number;
  /** Authy's or Twilio's own five-digit code, where the answer had one. */
  declare readonly authyCode?: string;
  /** Seconds Authy asked to be left alone for. */
  declare readonly retryAfter?: number;

  constructor(
    message: string,
    details: {
      kind: AuthorityFailure;
      code?: AuthyErrorCode;
      retriable?: boolean;
      status?: number | undefined;
      authyCode?: string | undefined;
      retryAfter?: number | undefined;
      cause?: Error | undefined;
    },
  ) {
    const { kind, code = CODES[kind], retriable = false, cause, ...answered } = details;
    super(message, cause && { cause });
    this.name = 'AuthyError';
    this.code = code;
    this.kind = kind;
    this.retriable = retriable;
    for (const [name, value] of Object.entries(answered)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
  }
}
