// A question to Twilio Verify and its outcome: what it answers with, or the "no" that its codes stand for.
import type { Answer } from '../answer.js';
import { AuthyError } from '../authy-error.js';
import type { Call, Exchange } from '../exchange.js';
import { kindOf } from '../failure.js';
import type { Read } from '../wire/shape.js';
import { twilioCode, twilioVerifyMeaning } from './codes.js';

/** What a call answers with; throws where Verify gave no such answer. */
export async function ask<T>(exchange: Exchange, call: Call & { read: Read<T> }): Promise<T> {
  const answer = await exchange(call);
  const said = call.read(answer);
  if (said === undefined) throw unusable(answer, twilioCode(answer));
  return said;
}

type Outcome<T, Reason> =
  | { said: T; no?: undefined }
  | { said?: undefined; no: { reason: Reason; authyCode: string } };

/** As `ask`, where some of Verify's codes are an expected "no". */
export async function askWhether<T, Reason extends string>(
  exchange: Exchange,
  call: Call & { read: Read<T>; no: Readonly<Record<string, Reason>> },
): Promise<Outcome<T, Reason>> {
  const answer = await exchange(call);
  const code = twilioCode(answer);
  const reason = code !== undefined && answer.status >= 400 ? call.no[code] : undefined;
  if (code !== undefined && reason !== undefined) return { no: { reason, authyCode: code } };
  const said = call.read(answer);
  if (said === undefined) throw unusable(answer, code);
  return { said };
}

/** An answer came that the call cannot use. */
function unusable(answer: Answer, code: string | undefined): AuthyError {
  const { status, retryAfter, repeatable } = answer;
  const known = twilioVerifyMeaning(code);
  const kind = kindOf(answer, { known: known?.kind, own: code !== undefined });
  const mends = known ? known.retriable : status === 429 || (kind === 'ambiguous' && repeatable);
  return new AuthyError(`no usable answer (HTTP ${status}${code ? `, ${code}` : ''})`, {
    kind,
    retriable: kind === 'down' || mends,
    status,
    authyCode: code,
    retryAfter,
  });
}
