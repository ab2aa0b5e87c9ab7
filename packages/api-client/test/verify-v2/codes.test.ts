// Every error code of Verify's that a source names: what it means, and the error it makes where it is not expected.
import { expect, test } from 'vitest';
import { twilioVerifyMeaning } from '../../src/index.js';
import { failureOf, reply, serve } from '../scripted-server.js';
import { refusal, verifyClientOf } from './scripted.js';

// Code, the HTTP status it comes at (400 where no source says), whether it may be asked again, text.
const CODES = [
  ['20003', 401, false, "The service's Twilio credentials are not valid."],
  ['20404', 404, false, 'There is no such thing, or it is no more.'],
  ['20429', 429, true, 'Too many requests. Wait a while, then try again.'],
  ['60200', 400, false, 'A parameter of the request is not valid.'],
  ['60201', 400, false, 'The code is not valid.'],
  ['60202', 429, false, 'Too many codes were tried. Start anew.'],
  ['60203', 429, true, 'Too many codes were sent. Wait a while, then try again.'],
  ['60207', 400, false, 'The service has too many rate limits.'],
  ['60212', 429, true, 'Too many requests at once. Wait a while, then try again.'],
  ['60306', 400, false, 'The request is not valid.'],
  ['60308', 429, false, 'Too many wrong codes. Start anew.'],
  ['60310', 429, false, 'Too many wrong codes. Enrol the authenticator anew.'],
  ['60311', 403, false, 'The code is not valid. Wait for the next one.'],
  ['60312', 429, false, 'Too many codes were tried. Try again in an hour or more.'],
  ['60318', 403, false, 'The authenticator is not enrolled yet.'],
  ['60323', 403, false, 'The question has expired. Start anew.'],
  ['60324', 403, false, 'The code is not valid. Wait for the next one.'],
  ['60326', 429, false, 'Too many authenticators were enrolled today.'],
  ['60364', 400, false, 'There is no such question.'],
  ['60383', 400, false, 'The status of the authenticator is not valid.'],
  ['60391', 404, false, 'There is no such question.'],
] as const;

test.each(CODES)('%s at %d, retriable is %s: %s', async (code, status, retriable, text) => {
  expect(twilioVerifyMeaning(code)).toStrictEqual({ text, kind: 'refused', retriable });
  const { url } = await serve(refusal(Number(code), status));
  // A service expects no no: each of its codes is an error.
  await expect(failureOf(verifyClientOf(url, { retry: 0 }).service.get())).resolves.toStrictEqual({
    name: 'AuthyError',
    code: 'ERR_AUTHY_REFUSED',
    kind: 'refused',
    retriable,
    status,
    authyCode: code,
  });
});

test.each(CODES)(
  '%s is told in words that name no product, number or person',
  (_, __, ___, text) => {
    expect(text).toMatch(/^[A-Z][^\d]*\.$/);
  },
);

test('they are all that have a meaning', () => {
  const named = [20_000, 60_000]
    .flatMap((from) => Array.from({ length: 1000 }, (_, index) => String(from + index)))
    .filter((code) => twilioVerifyMeaning(code) !== undefined);
  expect(named).toStrictEqual(CODES.map(([code]) => code));
  for (const none of [undefined, '', 'toString', '603100']) {
    expect(twilioVerifyMeaning(none)).toBeUndefined();
  }
});

const body = (code: unknown): object => ({ code, message: 'No.', more_info: '', status: 503 });

test.each([
  ['a known code at 503', reply(503, body(60_318)), { kind: 'refused', authyCode: '60318' }],
  [
    "Verify's own fault at 500",
    reply(500, body(20_500)),
    { kind: 'ambiguous', authyCode: '20500' },
  ],
  [
    "Verify's own fault at 503",
    reply(503, body(20_503)),
    { kind: 'ambiguous', authyCode: '20503' },
  ],
  ['a code as text', reply(503, body('20503')), { kind: 'ambiguous', authyCode: '20503' }],
  ['a 503 of somebody in front', reply(503, { message: 'no' }), { kind: 'down' }],
  ['a 503 whose code is none', reply(503, body(503)), { kind: 'down' }],
  [
    'a web page at 200',
    reply(200, '<html>', { 'content-type': 'text/html' }),
    { kind: 'ambiguous' },
  ],
  ['a 504', reply(504, ''), { kind: 'ambiguous' }],
  ['JSON that is not Verify’s at 502', reply(502, { error: 'x' }), { kind: 'refused' }],
  ['a 429 without a code', reply(429, ''), { kind: 'refused', retriable: true }],
  ['a 429 that says until when', reply(429, '', { 'retry-after': '7' }), { retryAfter: 7 }],
])('%s is judged as of Authy', async (_, script, expected) => {
  const { url } = await serve(script);
  const got = verifyClientOf(url, { retry: 0 }).service.get();
  await expect(failureOf(got)).resolves.toMatchObject(expected);
});
