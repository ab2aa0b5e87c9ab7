import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createAuthyClient } from '../src/index.js';
import { clientOf, errorOf, failure, html, KEY, reply, serve, TOKEN } from './scripted-server.js';

const USER = '445566778899';
const PERSON = { email: 'canary.mail@example.com', phone: '3175550199', countryCode: 1 };
const CANARIES = [
  KEY,
  TOKEN,
  USER,
  PERSON.email,
  PERSON.phone,
  'canaryBody',
  'canary-path',
  '/protected',
];

/** Everything a log could print of a value, hidden and nested fields included. */
const everything = (value: unknown): string =>
  [
    inspect(value, { depth: Infinity, showHidden: true }),
    JSON.stringify(value),
    String(value),
  ].join();

const leaks = (value: unknown): string[] =>
  CANARIES.filter((canary) => everything(value).includes(canary));

describe('an error', () => {
  const quoting = Object.assign(new Error(`request to /verify/${TOKEN}/${USER} failed: ${KEY}`), {
    code: `E${TOKEN}`,
    request: { url: `/protected/json/verify/${TOKEN}/${USER}`, headers: { key: KEY } },
  });
  const body = { ...failure('60001'), message: `canaryBody ${TOKEN} ${PERSON.phone}` };

  test.each([
    ['refused', reply(401, body)],
    ['down', reply(503, `canaryBody ${TOKEN}`)],
    ['ambiguous', reply(500, body)],
    ['of a web page', html(200)],
    ['of a redirect', reply(302, 'canaryBody', { location: `/canary-path/${TOKEN}` })],
    ['of a reset', (response: Parameters<ReturnType<typeof reply>>[0]) => response.destroy()],
    ['of a timeout', () => {}],
  ])('%s quotes nothing that was asked, sent or answered', async (_, script) => {
    const { url } = await serve(script);
    const { tokens, users } = clientOf(`${url}/canary-path`, { timeout: 300, retry: 0 });
    const calls = [
      tokens.verify({ user: USER, token: TOKEN }),
      users.status({ user: USER }),
      users.create(PERSON),
      users.remove({ user: USER }),
    ];
    const errors = await Promise.all(calls.map(errorOf));
    expect(errors.map(({ name }) => name)).toStrictEqual(Array(4).fill('AuthyError'));
    expect(errors.flatMap(leaks)).toStrictEqual([]);
  });

  test('of a fetch whose own errors quote the request quotes none of it', async () => {
    for (const thrown of [quoting, new TypeError('failed', { cause: quoting }), quoting.message]) {
      const fetch = (): Promise<Response> => Promise.reject(thrown);
      const { tokens } = clientOf('https://canary-path.example', { fetch });
      const error = await errorOf(tokens.verify({ user: USER, token: TOKEN }));
      expect(error).toMatchObject({ name: 'AuthyError', kind: 'ambiguous' });
      expect(leaks(error)).toStrictEqual([]);
    }
  });

  test('of an abort quotes nothing of its reason', async () => {
    const { url } = await serve(reply(200, ''));
    const signal = AbortSignal.abort(quoting);
    const call = clientOf(url).tokens.verify({ user: USER, token: TOKEN, signal });
    expect(leaks(await errorOf(call))).toStrictEqual([]);
  });

  test('of a wrong call names the field and not its value', async () => {
    const { tokens, users } = createAuthyClient({ apiKey: KEY });
    const calls = [
      tokens.verify({ user: `${USER}x`, token: TOKEN }),
      users.create({ ...PERSON, email: `${PERSON.email} ` }),
      users.create({ ...PERSON, phone: `+${PERSON.phone}` }),
      users.create({ ...PERSON, phone: Number(PERSON.phone) as never }),
    ];
    const errors = await Promise.all(calls.map(errorOf));
    expect(errors.map(({ message }) => message.split(' ')[0])).toStrictEqual([
      'user',
      'email',
      'phone',
      'phone',
    ]);
    expect(errors.flatMap(leaks)).toStrictEqual([]);
  });

  test('keeps a cause that names the fault', async () => {
    const { url } = await serve((response) => response.socket?.resetAndDestroy());
    const error = await errorOf(clientOf(url).tokens.verify({ user: USER, token: TOKEN }));
    expect(error.cause).toMatchObject({ name: 'TypeError', code: 'ECONNRESET' });
  });
});

test('a client shows its key to nobody who looks at it', () => {
  expect(leaks(createAuthyClient({ apiKey: KEY }))).toStrictEqual([]);
});
