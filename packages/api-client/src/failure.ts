// What it means when a call ends without an answer, or with one that says nothing.
import type { Answer } from './answer.js';
import type { AuthorityFailure } from './authority.js';
import { AuthyError } from './authy-error.js';
import { bareCause, provesUnsent } from './unsent.js';
import { authyCode, isAuthyShaped } from './wire/shape.js';

/**
 * No answer came: `down` where the cause proves that nothing was sent, otherwise `ambiguous`.
 * An aborted call proves nothing, for its cause is whatever the caller gave as the reason.
 */
export function lost(
  error: unknown,
  { repeatable, aborted }: { repeatable: boolean; aborted: boolean },
): AuthyError {
  const down = !aborted && provesUnsent(error);
  const message = down
    ? 'Authy could not be reached'
    : 'Authy may have got the request, but gave no answer';
  return new AuthyError(message, {
    kind: down ? 'down' : 'ambiguous',
    retriable: down || repeatable,
    cause: bareCause(error),
  });
}

/** An answer came that the call cannot use. */
export function unusable(answer: Answer): AuthyError {
  const { status, retryAfter, repeatable } = answer;
  const kind = kindOf(answer);
  const code = authyCode(answer);
  return new AuthyError(`Authy gave no usable answer (HTTP ${status}${code ? `, ${code}` : ''})`, {
    kind,
    retriable: kind === 'down' || status === 429 || (kind === 'ambiguous' && repeatable),
    status,
    authyCode: code,
    retryAfter,
  });
}

/**
 * First match wins, so a 502 whose JSON is not Authy's is `refused`, and an Authy failure at 500 or
 * 503 is `ambiguous`: Authy had the request and may have acted on it before it failed.
 */
function kindOf(answer: Answer): AuthorityFailure {
  const { status, complete, declaresJson, content } = answer;
  if (answer.redirected) return 'refused';
  if (status === 503 && complete && !isAuthyShaped(answer)) return 'down';
  if (status >= 400 && status < 500) return 'refused';
  const isJson = declaresJson && content !== undefined;
  if (isJson && !(status >= 500 && isAuthyShaped(answer))) return 'refused';
  return 'ambiguous';
}
