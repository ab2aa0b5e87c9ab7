/** In mode `proxy`: a call passed on to the real Authy, and its no handed back as it was. */
import { AuthyError, authyMeaning } from '@driftlock/api-client';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Answering, Call } from './door.js';
import { textAt } from './params.js';
import { type Refusal, refuse, relay, statusOf } from './refusals.js';

/** What the client returns where Authy's answer was an expected no. */
export interface No {
  reason: string;
  authyCode?: string;
}

/** Where Authy did not say its code. */
const REASONS: Record<string, Refusal> = {
  'unknown-user': 'unknown-user',
  suspended: 'suspended',
  'no-device': 'not-allowed',
  mismatch: 'wrong-phone-code',
  malformed: 'wrong-phone-code',
  'not-pending': 'nothing-pending',
  'unknown-request': 'no-approval',
};

/** Hands back a no that the client expected. */
export function passNo(c: Call, { reason, authyCode }: No): Response {
  if (authyCode === undefined) return refuse(c, REASONS[reason] ?? 'failed');
  const message = authyMeaning(authyCode)?.text ?? 'Authy refused this.';
  return relay(c, { status: 400, message, ...statusOf(authyCode), code: authyCode });
}

/** A parameter of the call's; the empty text is none. */
export function given(c: Call, name: string): string | undefined {
  return textAt(c.get('tree'), name) || undefined;
}

/**
 * Answers with what was said, or with why nothing was: what Authy refused keeps its code and status,
 * what was wrong with the call is 400, and what did not get through is 503.
 */
export function passing(answer: (c: Call) => Promise<Response>): Answering {
  return async (c) => {
    try {
      return await answer(c);
    } catch (error) {
      if (error instanceof AuthyError) return passError(c, error);
      throw error;
    }
  };
}

function passError(c: Call, error: AuthyError): Response {
  const { code, kind, status, authyCode, retryAfter } = error;
  if (code === 'ERR_AUTHY_INPUT') return refuse(c, 'bad-parameter');
  if (status === 429) return refuse(c, 'too-many', { retryAfter });
  if (kind !== 'refused' || authyCode === undefined) return refuse(c, 'failed', { retryAfter });
  const message = authyMeaning(authyCode)?.text ?? 'Authy refused this.';
  const told = (status ?? 503) as ContentfulStatusCode;
  return relay(c, { message, ...statusOf(authyCode), status: told, code: authyCode });
}
