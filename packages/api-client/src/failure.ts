// What it means when a call ends without an answer, or with one that says nothing.
import type { Answer } from './answer.js';
import type { AuthorityFailure } from './authority.js';
import { isPassing, kindOfCode } from './authy-codes.js';
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
  const message = down ? 'nobody was reached' : 'perhaps sent, but not answered';
  return new AuthyError(message, {
    kind: down ? 'down' : 'ambiguous',
    retriable: down || repeatable,
    cause: bareCause(error),
  });
}

/** An answer came that the call cannot use. */
export function unusable(answer: Answer): AuthyError {
  const { status, retryAfter, repeatable } = answer;
  const code = authyCode(answer);
  const known = code ? kindOfCode(code) : undefined;
  const kind = kindOf(answer, { known, own: isAuthyShaped(answer) });
  return new AuthyError(`no usable answer (HTTP ${status}${code ? `, ${code}` : ''})`, {
    kind,
    retriable:
      kind === 'down' ||
      status === 429 ||
      (kind === 'ambiguous' ? repeatable : code !== undefined && isPassing(code)),
    status,
    authyCode: code,
    retryAfter,
  });
}

/**
 * First match wins: a code of Authy's says more than the status, save that a 4xx is a clear no.
 * A 502 whose JSON is not Authy's is `refused`; a failure of Authy's own at 500 or 503 that no known
 * code explains is `ambiguous`, for it had the request and may have acted on it before it failed.
 */
export function kindOf(
  answer: Answer,
  { known, own }: { known: AuthorityFailure | undefined; own: boolean },
): AuthorityFailure {
  const { status, complete, declaresJson, content } = answer;
  if (answer.redirected || (status >= 400 && status < 500)) return 'refused';
  if (known) return known;
  if (status === 503 && complete && !own) return 'down';
  const isJson = declaresJson && content !== undefined;
  if (isJson && !(status >= 500 && own)) return 'refused';
  return 'ambiguous';
}
