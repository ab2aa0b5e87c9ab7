// 10,000 malformed answers: none may be a yes, and nothing but an AuthyError may be thrown. The same
// answers are put to clients weakened on purpose, each of which must be found out.
import { expect, test } from 'vitest';
import { createAuthyClient } from '../src/index.js';
import {
  type Ask,
  field,
  fuzz,
  JSON_TYPE,
  ODD,
  type Repair,
  respond,
  type Way,
  waysToSpoil,
  weakened,
} from './malformed.js';
import { KEY, TOKEN, TOKEN_IS_VALID, USER } from './scripted-server.js';

const CASES = 10_000;
/** The first of them are enough to find a weakness. */
const WEAKENED = 1050;

const YES = { ...TOKEN_IS_VALID, device: { id: 83372911, os_type: 'android', city: null } };
const TEXT = JSON.stringify(YES);
/** Those that any answer can be spoiled in, and those of a verification's. */
const WAYS: Record<string, Way> = {
  ...waysToSpoil(YES, {
    statuses: [201, 202, 206, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504],
    vocabulary: {
      names: ['token', 'success', 'message', 'error_code', 'status', '__proto__', 'device'],
      values: [true, 'true', 'is valid'],
    },
  }),
  'another token': (random) =>
    respond({
      ...YES,
      token: random.pick([...ODD, true, 'true', 'is invalid', 'Is Valid', 'is valid.']),
    }),
  'no token': () => respond({ ...YES, token: undefined }),
  'another success': (random) =>
    respond({
      ...YES,
      success: random.pick([...ODD, false, 'false', 'True', 'TRUE', 'yes', ' true']),
    }),
  'no success': () => respond({ ...YES, success: undefined }),
  'a code of failure': (random) =>
    respond({
      ...YES,
      error_code: random.pick(['60001', 60003, '60020', '60060', '6', null, {}, ['60020']]),
    }),
  'other names': (random) =>
    respond({
      ...YES,
      token: undefined,
      [random.pick(['Token', 'tok', '__proto__', 'tokens'])]: YES.token,
    }),
  'an inherited yes': () => respond(`{"message":"Token is valid.","__proto__":${TEXT}}`),
  'deep within': (random) => {
    const levels = 1 + random.below(10_000);
    return respond(`{"token":${'['.repeat(levels)}${']'.repeat(levels)},"success":"true"}`);
  },
};

const byClient: Ask = async (answer) => {
  const fetch = async (): Promise<Response> => answer();
  const { tokens } = createAuthyClient({ apiKey: KEY, fetch });
  return (await tokens.verify({ user: USER, token: TOKEN })).valid;
};

test('of 10,000 malformed answers none is a yes, and none is an error unhandled', async () => {
  const { taken, crashed, unruled } = await fuzz(byClient, { ways: WAYS, cases: CASES });
  expect({ taken, crashed }).toStrictEqual({ taken: [], crashed: [] });
  // The rest are answers with a code that rules against the token.
  expect(unruled).toBeGreaterThan(9800);
  expect(unruled).toBeLessThan(CASES);
});

test('unspoiled, the same answer is a yes', async () => {
  expect(await byClient(() => respond(YES))).toBe(true);
  expect(await byClient(() => respond({ ...YES, success: true }))).toBe(true);
});

/** What each check of ours looks at, made right before our own client sees it: so it checks nothing. */
const REPAIRS: Record<string, { repair: Repair; taken: string[] }> = {
  status: {
    repair: (answer) => {
      answer.status = 200;
    },
    taken: ['a redirect', 'another status'],
  },
  'content type': {
    repair: (answer) => {
      answer.type = JSON_TYPE;
    },
    taken: ['another content type'],
  },
  size: {
    repair: (answer) => {
      answer.text = answer.text.trim();
    },
    taken: ['too much'],
  },
  syntax: {
    repair: (answer) => {
      answer.text = /\{.*?\}\}/.exec(answer.text)?.[0] ?? answer.text;
    },
    taken: ['a broken byte', 'a web page', 'a wrapping', 'something after it', 'too much'],
  },
  token: {
    repair: field((body) => (body.token === 'is invalid' ? body : { ...body, token: 'is valid' })),
    taken: ['another token', 'deep within', 'no token', 'other names'],
  },
  success: {
    repair: field((body) =>
      body.success === false || body.success === 'false' ? body : { ...body, success: true },
    ),
    taken: ['another success', 'no success'],
  },
  'error code': {
    repair: field(({ error_code, ...body }) => body),
    taken: ['a code of failure'],
  },
};

test.each(Object.entries(REPAIRS))(
  'a client of ours without a check of the %s is found out',
  async (_, { repair, taken }) => {
    const found = (await fuzz(weakened(byClient, repair), { ways: WAYS, cases: WEAKENED })).taken;
    expect(found.filter((way) => way !== 'anything at all')).toStrictEqual(taken);
  },
);

test.each<[string, Ask]>([
  [
    'takes a success for true when it is truthy',
    async (answer) => {
      const body = await answer().json();
      return Boolean(body.success) && body.token === 'is valid';
    },
  ],
  [
    'looks for the words in the bytes',
    async (answer) => (await answer().text()).includes('"token":"is valid"'),
  ],
  ['goes by the status alone', async (answer) => answer().status === 200],
  [
    'goes by the message alone',
    async (answer) => /^Token is valid\.?$/.test((await answer().json())?.message),
  ],
  [
    'takes what is not a no for a yes',
    async (answer) => (await answer().json())?.token !== 'is invalid',
  ],
])('a client that %s is found out', async (_, ask) => {
  const { taken } = await fuzz(ask, { ways: WAYS, cases: WEAKENED });
  expect(taken.length).toBeGreaterThan(2);
});
