import { describe, expect, test } from 'vitest';
import {
  clientOf,
  failure,
  failureOf,
  html,
  reply,
  type Script,
  serve,
  TOKEN_IS_VALID,
  USER,
  verifyAt,
} from './scripted-server.js';

const half =
  (status: number): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': 500 });
    response.write('{"success":false,"error_code":"600', () => response.socket?.end());
  };

const TYPED = { 'content-type': 'text/plain' };

describe('an answer that rules on nothing', () => {
  test.each([
    ['503 without a body', reply(503, '')],
    ['503 with a web page', html(503)],
    ['503 with JSON that is not Authy’s', reply(503, { message: 'Service Unavailable' })],
    ['503 with a JSON null', reply(503, 'null')],
    ['503 with an unknown success', reply(503, { success: 'perhaps' })],
  ])('is down: %s', async (_, script) => {
    const { url } = await serve(script);
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_DOWN',
      kind: 'down',
      retriable: true,
      status: 503,
    });
  });

  test.each([
    ['a wrong key', 401, reply(401, failure('60001'))],
    ['a 401 without a code', 401, reply(401, { ...TOKEN_IS_VALID, token: 'is invalid' })],
    ['a 400 with a web page', 400, html(400)],
    ['a 404 without a body', 404, reply(404, '')],
    ['a 302', 302, reply(302, TOKEN_IS_VALID)],
    ['a 304', 304, reply(304, '')],
    ['a 307 with an invalid code', 307, reply(307, failure('60020'))],
    ['a JSON null at 200', 200, reply(200, 'null')],
    ['success without a token', 200, reply(200, { success: true })],
    ['a failure without a code at 200', 200, reply(200, { success: false, message: 'No.' })],
    ['a yes at 201', 201, reply(201, TOKEN_IS_VALID)],
    ['JSON that is not Authy’s at 500', 500, reply(500, { error: 'oops' })],
    ['JSON that is not Authy’s at 502', 502, reply(502, { error: 'oops' })],
    ['JSON that is not Authy’s at 504', 504, reply(504, { error: 'oops' })],
    ['a code that nobody knows at 200', 200, reply(200, failure('60199'))],
    ['a channel that is off', 503, reply(503, failure('60007'))],
    ['a wrong key at 503', 503, reply(503, failure('60001'))],
  ])('is refused: %s', async (_, status, script) => {
    const { url } = await serve(script);
    await expect(failureOf(verifyAt(url))).resolves.toMatchObject({
      code: 'ERR_AUTHY_REFUSED',
      kind: 'refused',
      retriable: false,
      status,
    });
  });

  test.each([
    ['a 500 with a web page', 500, html(500)],
    ['a 502', 502, html(502)],
    ['a 504', 504, reply(504, '')],
    ['a web page at 200', 200, html(200)],
    ['an empty 200', 200, reply(200, '')],
    ['truncated JSON at 200', 200, reply(200, '{"token":"is valid","success":"tr')],
    ['a yes that is not typed as JSON', 200, reply(200, TOKEN_IS_VALID, TYPED)],
    ['a failure of Authy’s at 500', 500, reply(500, failure('60000'))],
    ['a failure of Authy’s at 503', 503, reply(503, failure('60054'))],
    ['a failure of Authy’s at 503, untyped', 503, reply(503, failure('60199'), TYPED)],
    ['a failure of Authy’s without a code at 503', 503, reply(503, { success: false })],
    ['a 503 that breaks off', 503, half(503)],
    ['a code after the last that a source names', 503, reply(503, failure('60134'))],
    ['a code before the last that a source names', 503, reply(503, failure('60153'))],
    ['a success of Authy’s at 503', 503, reply(503, TOKEN_IS_VALID)],
  ])('is ambiguous: %s', async (_, status, script) => {
    const { url } = await serve(script);
    await expect(failureOf(verifyAt(url))).resolves.toMatchObject({
      code: 'ERR_AUTHY_AMBIGUOUS',
      kind: 'ambiguous',
      retriable: false,
      status,
    });
  });

  test('may be asked for again when Authy was asked too much, and tells when', async () => {
    const { url } = await serve(reply(429, failure('60003'), { 'retry-after': '3600' }));
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_REFUSED',
      kind: 'refused',
      retriable: true,
      status: 429,
      authyCode: '60003',
      retryAfter: 3600,
    });
  });

  test('may be asked for again after a 429 that somebody in front of Authy wrote', async () => {
    const { url } = await serve(html(429));
    const failed = { kind: 'refused', retriable: true, status: 429 };
    await expect(failureOf(verifyAt(url))).resolves.toMatchObject(failed);
  });

  test('may be asked for again when it was ambiguous about a read', async () => {
    const { url } = await serve(html(502));
    const status = clientOf(url, { retry: 0 }).users.status({ user: USER });
    await expect(failureOf(status)).resolves.toMatchObject({ kind: 'ambiguous', retriable: true });
  });

  test.each(['160020', '600201', '60020.', ' 60020', 60020.5, -60020])(
    'has no code where it says %j',
    async (code) => {
      const { url } = await serve(reply(401, failure(code)));
      await expect(failureOf(verifyAt(url))).resolves.toStrictEqual({
        name: 'AuthyError',
        code: 'ERR_AUTHY_REFUSED',
        kind: 'refused',
        retriable: false,
        status: 401,
      });
    },
  );
});
