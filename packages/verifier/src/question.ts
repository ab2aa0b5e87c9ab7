/** One question to the authority: whatever comes back, or does not, becomes one answer. */
import type { Authority, AuthorityFailure, Ruling } from '@driftlock/api-client';

export type Answer = Ruling | { ruling: AuthorityFailure };

export interface Question {
  user: string;
  code: string;
  id: string;
  /** Milliseconds. */
  deadline: number;
  signal?: AbortSignal;
}

/** Asks once. No answer in time counts as possibly sent; an error that says nothing, as refused. */
export async function ask(
  authority: Authority | undefined,
  { user, code, id, deadline, signal }: Question,
): Promise<Answer> {
  if (!authority || signal?.aborted) return { ruling: 'refused' };
  const given = AbortSignal.timeout(deadline);
  const either = signal ? AbortSignal.any([signal, given]) : given;
  try {
    return known(await orAborted(authority.verify({ user, code, id, signal: either }), either));
  } catch (error) {
    return { ruling: either.aborted ? 'ambiguous' : failureOf(error) };
  }
}

/** Waits for a promise only as long as the signal allows, even if its maker ignores the signal. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** `refused` unless the error names its kind: a fault we can't place never counts as an outage. */
export function failureOf(error: unknown): AuthorityFailure {
  const kind = (error as { kind?: unknown } | null | undefined)?.kind;
  return kind === 'down' || kind === 'ambiguous' ? kind : 'refused';
}

const DENIALS = ['mismatch', 'reused', 'unknown-user', 'suspended'];

/** An authority's answer that is none of ours, or lacks a field, is no ruling. */
function known(ruling: Ruling): Answer {
  switch (ruling?.ruling) {
    case 'valid':
      return ruling;
    case 'invalid':
      return DENIALS.includes(ruling.reason) ? ruling : { ruling: 'refused' };
    case 'pending':
      return typeof ruling.decision === 'string' ? ruling : { ruling: 'refused' };
    default:
      return { ruling: 'refused' };
  }
}
