import { describe, expect, test } from 'vitest';
import {
  clientOf,
  failure,
  failureOf,
  KEY,
  reply,
  serve,
  TOKEN,
  TOKEN_IS_VALID,
  USER,
  verifyAt,
} from './scripted-server.js';

describe('tokens.verify', () => {
  test('asks once, with the key in the header only, and forces a ruling', async () => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
    expect(heard.map(({ method, url: path, body }) => ({ method, path, body }))).toStrictEqual([
      { method: 'GET', path: '/protected/json/verify/7654321/209?force=true', body: '' },
    ]);
    expect(heard[0]?.headers['x-authy-api-key']).toBe(KEY);
    expect(heard[0]?.headers.accept).toBe('application/json');
  });

  test.each([['true'], [true]])('accepts success %j', async (success) => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, success }));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
  });

  test('accepts JSON however it is spaced', async () => {
    const { url } = await serve(reply(200, JSON.stringify(TOKEN_IS_VALID, null, 2)));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
  });

  test('leaves what it was given as it was', async () => {
    const { url } = await serve(reply(200, TOKEN_IS_VALID));
    const question = Object.freeze({ user: USER, token: TOKEN });
    await expect(clientOf(url).tokens.verify(question)).resolves.toStrictEqual({ valid: true });
    expect(question).toStrictEqual({ user: USER, token: TOKEN });
  });

  test('can ask without force', async () => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    await clientOf(url).tokens.verify({ user: USER, token: TOKEN, force: false });
    expect(heard.map((each) => each.url)).toStrictEqual([
      '/protected/json/verify/7654321/209?force=false',
    ]);
  });

  test.each([
    ['60016', 404, 'unknown-user'],
    ['60017', 503, 'suspended'],
    ['60018', 503, 'suspended'],
    ['60019', 401, 'reused'],
    ['60020', 401, 'mismatch'],
    ['60026', 404, 'unknown-user'],
    ['60106', 503, 'suspended'],
    ['60107', 403, 'suspended'],
    ['60127', 400, 'unknown-user'],
    ['60128', 404, 'unknown-user'],
  ] as const)('takes %s as a no, whatever the HTTP status', async (code, usual, reason) => {
    for (const status of [usual, 200, 401, 429, 500, 502, 503, 504]) {
      const { url, heard } = await serve(reply(status, failure(code)));
      const no = { valid: false, reason, authyCode: code };
      await expect(verifyAt(url)).resolves.toStrictEqual(no);
      expect(heard).toHaveLength(1);
    }
  });

  test('reads a code that is a number, and one whose content type is missing', async () => {
    const no = { valid: false, reason: 'mismatch', authyCode: '60020' };
    const number = await serve(reply(401, failure(60020)));
    await expect(verifyAt(number.url)).resolves.toStrictEqual(no);
    const untyped = await serve((response) => {
      response.writeHead(503);
      response.end(JSON.stringify(failure('60020')));
    });
    await expect(verifyAt(untyped.url)).resolves.toStrictEqual(no);
  });

  test('lets a no win over a yes in one body', async () => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, error_code: '60019' }));
    const no = { valid: false, reason: 'reused', authyCode: '60019' };
    await expect(verifyAt(url)).resolves.toStrictEqual(no);
  });

  test.each([['6'], [['60020']], [null], [{}]])(
    'has no yes beside an error code of %j',
    async (code) => {
      const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, error_code: code }));
      await expect(failureOf(verifyAt(url))).resolves.toMatchObject({ kind: 'refused' });
    },
  );

  test('does not take a wrong key for a wrong token', async () => {
    const { url } = await serve(reply(401, failure('60001')));
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_REFUSED',
      kind: 'refused',
      retriable: false,
      status: 401,
      authyCode: '60001',
    });
  });

  test.each([
    ['12345'],
    ['123456789'],
    ['../sms'],
    ['1234567/../../sms'],
    ['1234567\n'],
    [' 1234567'],
    ['-123456'],
    ['12e4567'],
    ['１２３４５６７'],
    ['²³¹²³¹²'],
    ['٠١٢٣٤٥٦'],
    [''],
    [null],
    [undefined],
    [1234567],
    [true],
    [['1234567']],
    [{ toString: () => '1234567' }],
  ])('calls %j malformed and sends nothing', async (token) => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const verdict = clientOf(url).tokens.verify({ user: USER, token: token as string });
    await expect(verdict).resolves.toStrictEqual({ valid: false, reason: 'malformed' });
    expect(heard).toStrictEqual([]);
  });

  test('is never repeated, whatever it meets', async () => {
    for (const status of [429, 500, 502, 503, 504]) {
      const { url, heard } = await serve(reply(status, '', { 'retry-after': '0' }));
      await failureOf(clientOf(url, { retry: 5 }).tokens.verify({ user: USER, token: TOKEN }));
      expect(heard).toHaveLength(1);
    }
    const cut = await serve((response) => response.socket?.resetAndDestroy());
    await failureOf(clientOf(cut.url, { retry: 5 }).tokens.verify({ user: USER, token: TOKEN }));
    expect(cut.heard).toHaveLength(1);
  });
});
