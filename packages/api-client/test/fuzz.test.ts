// 10,000 malformed answers: none may be a yes, and nothing but an AuthyError may be thrown. The same
// answers are put to clients weakened on purpose, each of which must be found out.
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { AuthyError, createAuthyClient } from '../src/index.js';
import { KEY, TOKEN, TOKEN_IS_VALID, USER } from './scripted-server.js';

const CASES = 10_000;
/** The first of them are enough to find a weakness. */
const WEAKENED = 1050;

/** Mulberry32: the same cases in every run. */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

const JSON_TYPE = 'application/json';
const YES = { ...TOKEN_IS_VALID, device: { id: 83372911, os_type: 'android', city: null } };
const TEXT = JSON.stringify(YES);
const ODD = [
  null,
  0,
  1,
  -1,
  1e300,
  '',
  'null',
  [],
  {},
  [true],
  ['is valid'],
  { token: 'is valid' },
];

const respond = (
  body: unknown,
  { status = 200, type = JSON_TYPE }: { status?: number; type?: string } = {},
): Response =>
  new Response(
    typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body),
    {
      status,
      headers: { 'content-type': type },
    },
  );

/** A body that breaks off after some of its bytes. */
const breaking = (text: string): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
    },
    pull(controller) {
      controller.error(Object.assign(new TypeError('terminated'), { code: 'ECONNRESET' }));
    },
  });

/** A value of any type and size, some levels deep. */
function anything(random: Random, depth = 4): unknown {
  if (depth === 0 || random.below(3) === 0) return random.pick([...ODD, true, 'true', 'is valid']);
  const names = ['token', 'success', 'message', 'error_code', 'status', '__proto__', 'device'];
  const inner = Array.from({ length: random.below(4) }, () => anything(random, depth - 1));
  return random.below(2)
    ? inner
    : Object.fromEntries(inner.map((each) => [random.pick(names), each]));
}

/** Each way of spoiling a yes is enough alone, so that a client without one check is found out. */
const WAYS: Record<string, (random: Random) => Response> = {
  'another status': (random) =>
    respond(YES, {
      status: random.pick([201, 202, 206, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504]),
    }),
  'a redirect': (random) => respond(YES, { status: random.pick([301, 302, 303, 307, 308]) }),
  'another content type': (random) =>
    respond(YES, {
      type: random.pick(['text/html', 'text/plain', 'application/jsonp', 'x/json', '']),
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
  'a wrapping': (random) =>
    respond(random.pick([[YES], { data: YES }, { status: YES }, JSON.stringify(TEXT)])),
  'an inherited yes': () => respond(`{"message":"Token is valid.","__proto__":${TEXT}}`),
  'anything at all': (random) => respond(anything(random) as object),
  truncation: (random) => respond(TEXT.slice(0, random.below(TEXT.length))),
  'a broken byte': (random) => {
    const at = random.below(TEXT.length);
    return respond(`${TEXT.slice(0, at)}\u0000${TEXT.slice(at)}`);
  },
  'something after it': (random) =>
    respond(TEXT + random.pick([TEXT, ',', 'x', '}', '\u0000', '//'])),
  'a broken body': (random) => respond(breaking(TEXT.slice(0, random.below(TEXT.length + 1)))),
  'too much': (random) => respond(TEXT + ' '.repeat(65_536 + random.below(4096))),
  'too deep': (random) => respond('['.repeat(1 + random.below(30_000))),
  'deep within': (random) => {
    const levels = 1 + random.below(10_000);
    return respond(`{"token":${'['.repeat(levels)}${']'.repeat(levels)},"success":"true"}`);
  },
  'a web page': (random) =>
    respond(`<html>${TEXT}</html>`, { type: random.pick([JSON_TYPE, 'text/html']) }),
  'an empty body': () => respond(''),
};

type Ask = (answer: () => Response) => Promise<boolean>;

/** Puts every case to `ask`: by how it was spoiled, those taken for a yes and those that crashed. */
async function fuzz(
  ask: Ask,
  cases: number = CASES,
): Promise<{ taken: string[]; crashed: string[]; unruled: number }> {
  const random = new Random(20_261_123);
  const ways = Object.entries(WAYS);
  const taken = new Set<string>();
  const crashed = new Set<string>();
  let unruled = 0;
  for (let index = 0; index < cases; index++) {
    const [way, make] = ways[index % ways.length] as (typeof ways)[number];
    const answer = make(random);
    await ask(() => answer).then(
      (yes) => yes && taken.add(way),
      (error) => (error instanceof AuthyError ? unruled++ : crashed.add(`${way}: ${error}`)),
    );
  }
  return { taken: [...taken].sort(), crashed: [...crashed].sort(), unruled };
}

const byClient: Ask = async (answer) => {
  const fetch = async (): Promise<Response> => answer();
  const { tokens } = createAuthyClient({ apiKey: KEY, fetch });
  return (await tokens.verify({ user: USER, token: TOKEN })).valid;
};

test('of 10,000 malformed answers none is a yes, and none is an error unhandled', async () => {
  const { taken, crashed, unruled } = await fuzz(byClient);
  expect({ taken, crashed }).toStrictEqual({ taken: [], crashed: [] });
  // The rest are answers with a code that rules against the token.
  expect(unruled).toBeGreaterThan(9800);
  expect(unruled).toBeLessThan(CASES);
});

test('unspoiled, the same answer is a yes', async () => {
  expect(await byClient(() => respond(YES))).toBe(true);
  expect(await byClient(() => respond({ ...YES, success: true }))).toBe(true);
});

type Repair = (answer: { text: string; status: number; type: string | null }) => void;

/** Repairs the fields of a body that is an object. */
const field =
  (mend: (body: Record<string, unknown>) => object): Repair =>
  (answer) => {
    const { success, output } = v.safeParse(v.looseObject({}), parse(answer.text));
    if (success) answer.text = JSON.stringify(mend(output)).padEnd(answer.text.length);
  };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
    const weakened: Ask = async (answer) => {
      const { status, headers } = answer();
      const text = await answer().text();
      const seen = { text, status, type: headers.get('content-type') };
      repair(seen);
      return byClient(() => respond(seen.text, { status: seen.status, type: seen.type ?? '' }));
    };
    const found = (await fuzz(weakened, WEAKENED)).taken;
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
  const { taken } = await fuzz(ask, WEAKENED);
  expect(taken.length).toBeGreaterThan(2);
});
