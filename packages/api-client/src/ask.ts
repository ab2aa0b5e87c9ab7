// A question to Authy and its outcome: what it answers with, or the "no" that its codes stand for.
import type { Answer } from './answer.js';
import type { Call, Exchange } from './exchange.js';
import { unusable } from './failure.js';
import { authyCode, type Read } from './wire/shape.js';

/** What a call answers with; throws where Authy gave no such answer. */
export async function ask<T>(exchange: Exchange, call: Call & { read: Read<T> }): Promise<T> {
  const answer = await exchange(call);
  const said = call.read(answer);
  if (!said) throw unusable(answer);
  return said;
}

type Outcome<Flag extends string, T, Reason> =
  | ({ [K in Flag]: true } & T)
  | ({ [K in Flag]: false } & { reason: Reason; authyCode: string });

/**
 * As `ask`, where some of Authy's codes are an expected "no": `flag` is true with what was said, or
 * false with the code's reason. What was said may take the flag back.
 */
export async function askWhether<Flag extends string, T, Reason extends string>(
  exchange: Exchange,
  call: Call & {
    flag: Flag;
    read: Read<T>;
    no: Readonly<Record<string, Reason>>;
    details?: (answer: Answer, code: string) => object;
  },
): Promise<Outcome<Flag, T, Reason>> {
  const { flag, read, no, details } = call;
  const answer = await exchange(call);
  const code = authyCode(answer);
  const reason = code && no[code];
  if (reason)
    return { [flag]: false, reason, authyCode: code, ...details?.(answer, code) } as never;
  const said = read(answer);
  if (!said) throw unusable(answer);
  return { [flag]: true, ...said } as never;
}

/** Codes by which Authy says that it has no such user. */
export const UNKNOWN_USER: Readonly<Record<string, 'unknown-user'>> = {
  '60016': 'unknown-user',
  '60026': 'unknown-user',
  '60127': 'unknown-user',
  '60128': 'unknown-user',
};

/** Codes by which Authy says that a user is none of its own, or may not use it now. */
export const NO_USER: Readonly<Record<string, 'unknown-user' | 'suspended'>> = {
  ...UNKNOWN_USER,
  '60017': 'suspended',
  '60018': 'suspended',
  '60106': 'suspended',
  '60107': 'suspended',
};
