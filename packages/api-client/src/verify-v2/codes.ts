// Twilio Verify's error codes: what each means in words fit for anybody, and how it ends a call. The
// numbers and meanings are those of Twilio's pages on errors.
import type { Answer } from '../answer.js';
import type { AuthyMeaning } from '../authy-codes.js';

/** The same call may go well later, though nobody changes anything; a daily limit is no such thing. */
const PASSING: ReadonlySet<string> = new Set(['20429', '60203', '60212']);

const TEXTS = {
  '20003': "The service's Twilio credentials are not valid.",
  '20404': 'There is no such thing, or it is no more.',
  '20429': 'Too many requests. Wait a while, then try again.',
  '60200': 'A parameter of the request is not valid.',
  '60201': 'The code is not valid.',
  '60202': 'Too many codes were tried. Start anew.',
  '60203': 'Too many codes were sent. Wait a while, then try again.',
  '60207': 'The service has too many rate limits.',
  '60212': 'Too many requests at once. Wait a while, then try again.',
  '60306': 'The request is not valid.',
  '60308': 'Too many wrong codes. Start anew.',
  '60310': 'Too many wrong codes. Enrol the authenticator anew.',
  '60311': 'The code is not valid. Wait for the next one.',
  '60312': 'Too many codes were tried. Try again in an hour or more.',
  '60318': 'The authenticator is not enrolled yet.',
  '60323': 'The question has expired. Start anew.',
  '60324': 'The code is not valid. Wait for the next one.',
  '60326': 'Too many authenticators were enrolled today.',
  '60364': 'There is no such question.',
  '60383': 'The status of the authenticator is not valid.',
  '60391': 'There is no such question.',
};

/**
 * Tells what one of Twilio Verify's codes means; undefined for a code that no source names.
 *
 * @example
 * show(twilioVerifyMeaning(error.authyCode)?.text ?? 'Try again later.');
 */
export function twilioVerifyMeaning(code: string | undefined): AuthyMeaning | undefined {
  if (code === undefined || !Object.hasOwn(TEXTS, code)) return undefined;
  const text = TEXTS[code as keyof typeof TEXTS];
  return { text, kind: 'refused', retriable: PASSING.has(code) };
}

/**
 * Twilio's five-digit code, from an answer of any status and content type:
 * {"code":60310,"message":"...","more_info":"https://www.twilio.com/docs/errors/60310","status":429}
 */
export function twilioCode({ content }: Answer): string | undefined {
  const { code } = Object(content) as { code?: unknown };
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  return /^\d{5}$/.test(String(code)) ? String(code) : undefined;
}
