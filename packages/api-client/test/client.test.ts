import { describe, expect, test } from 'vitest';
import { AuthyError, createAuthyClient } from '../src/index.js';
import { clientOf, KEY, reply, serve, TOKEN, TOKEN_IS_VALID, USER } from './scripted-server.js';

function refusal(options: object): Error {
  try {
    createAuthyClient({ apiKey: KEY, ...options });
  } catch (error) {
    return error as Error;
  }
  throw new Error('was created');
}

describe('createAuthyClient', () => {
  test('groups what can be asked', () => {
    const client = createAuthyClient({ apiKey: KEY });
    const names = Object.entries(client).map(([group, calls]) => [group, Object.keys(calls)]);
    expect(Object.fromEntries(names)).toStrictEqual({
      users: [
        'create',
        'status',
        'remove',
        'updateEmail',
        'registerActivity',
        'qrCode',
        'exportSeed',
        'registrationStatus',
        'removeDevice',
      ],
      tokens: ['verify', 'sms', 'call', 'email'],
      phones: ['start', 'check', 'status', 'info'],
      oneTouch: ['create', 'status'],
      application: ['details', 'stats'],
    });
  });

  test.each([
    [undefined],
    [''],
    ['key\r\nX-Other: 1'],
    ['key\u0000'],
    ['two words'],
    ['schlüssel'],
  ])('refuses the key %j', (apiKey) => {
    const error = refusal({ apiKey });
    expect(error).toBeInstanceOf(AuthyError);
    expect(error).toMatchObject({ code: 'ERR_AUTHY_INPUT', kind: 'refused' });
    expect(error.message).toMatch(/^apiKey (?:is missing|must be visible ASCII characters)$/);
  });

  test.each([
    ['not a url'],
    ['/relative'],
    ['ftp://127.0.0.1'],
    ['javascript:alert(1)'],
    ['https://user:pass@api.authy.com'],
    ['https://:pass@api.authy.com'],
    ['https://api.authy.com/?api_key=1'],
    ['https://api.authy.com/?'],
    ['https://api.authy.com/#x'],
    ['http://api.authy.com'],
    ['http://10.0.0.1'],
    ['http://127.0.0.1.example.com'],
    ['http://localhost.example.com'],
    ['http://notlocalhost'],
    ['http://[::2]'],
  ])('refuses the base URL %s', (baseUrl) => {
    const error = refusal({ baseUrl });
    expect(error).toBeInstanceOf(AuthyError);
    expect(error.message).toMatch(/^baseUrl must /);
    expect(error.message).not.toContain(baseUrl);
  });

  test.each([
    ['https://api.authy.com', 'https://api.authy.com/protected'],
    ['https://api.authy.com/', 'https://api.authy.com/protected'],
    ['https://proxy.example/authy//', 'https://proxy.example/authy/protected'],
    ['http://localhost:8626', 'http://localhost:8626/protected'],
    ['http://authy.localhost', 'http://authy.localhost/protected'],
    ['http://127.1:80', 'http://127.0.0.1/protected'],
    ['http://[::1]:81/x', 'http://[::1]:81/x/protected'],
    [undefined, 'https://api.authy.com/protected'],
  ])('asks under the base URL %s', async (baseUrl, prefix) => {
    const asked: string[] = [];
    const fetch = async (input: RequestInfo | URL): Promise<Response> => {
      asked.push((input as Request).url);
      return Response.json(TOKEN_IS_VALID);
    };
    const { tokens } = createAuthyClient({ apiKey: KEY, baseUrl, fetch });
    await tokens.verify({ user: USER, token: TOKEN });
    expect(asked).toStrictEqual([`${prefix}/json/verify/${TOKEN}/${USER}?force=true`]);
  });

  test('keeps a path prefix on a real server', async () => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    await clientOf(`${url}/authy/`).tokens.verify({ user: USER, token: TOKEN });
    expect(heard.map((each) => each.url)).toStrictEqual([
      `/authy/protected/json/verify/${TOKEN}/${USER}?force=true`,
    ]);
  });

  test.each([
    ['apiKey', 7],
    ['baseUrl', new URL('https://api.authy.com')],
    ['fetch', 'fetch'],
    ['timeout', '10'],
    ['retry', null],
  ])('takes a wrong type of %s for a TypeError', (option, value) => {
    const error = refusal({ [option]: value });
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(new RegExp(`^${option} must be a `));
  });

  test.each([
    ['timeout', 0],
    ['timeout', -1],
    ['timeout', Number.POSITIVE_INFINITY],
    ['timeout', 2 ** 31],
    ['retry', -1],
    ['retry', 1.5],
    ['retry', 11],
  ])('refuses %s %d', (option, value) => {
    expect(refusal({ [option]: value })).toMatchObject({ code: 'ERR_AUTHY_INPUT' });
  });
});
