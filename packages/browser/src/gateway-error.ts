/** The gateway gave no ruling: why, and nothing that was asked. */
import type { AuthorityFailure } from '@driftlock/verifier';

const MESSAGES: Record<AuthorityFailure, string> = {
  down: 'the gateway could not be reached',
  ambiguous: 'the gateway may have got the question, but gave no answer',
  refused: 'the gateway answered without a ruling',
};

/**
 * Thrown where the gateway gave no ruling. Neither the message nor anything reachable from it holds
 * the token, a code or a URL; that is why there is no `cause`.
 */
export class GatewayError extends Error {
  readonly code = 'ERR_GATEWAY';
  /** `down` provably never arrived, `ambiguous` may have, `refused` was answered. */
  readonly kind: AuthorityFailure;
  /** The HTTP status, where there was an answer. */
  declare readonly status?: number;
  /** Seconds the gateway asked to be left alone for. */
  declare readonly retryAfter?: number;

  constructor(
    kind: AuthorityFailure,
    { status, retryAfter }: { status?: number; retryAfter?: number | undefined } = {},
  ) {
    super(status ? `${MESSAGES[kind]} (HTTP ${status})` : MESSAGES[kind]);
    this.name = 'GatewayError';
    this.kind = kind;
    if (status !== undefined) this.status = status;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
