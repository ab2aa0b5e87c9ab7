// Ways to spoil an answer that says yes, the same cases in every run, and what is taken for a yes.
import * as v from 'valibot';
import { AuthyError } from '../src/index.js';

/** Mulberry32: the same cases in every run. */
export class Random {
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

export const JSON_TYPE = 'application/json';
export const ODD = [
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

export const respond = (
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
function anything(random: Random, vocabulary: Vocabulary, depth = 4): unknown {
  const { names, values } = vocabulary;
  if (depth === 0 || random.below(3) === 0) return random.pick([...ODD, ...values]);
  const inner = Array.from({ length: random.below(4) }, () =>
    anything(random, vocabulary, depth - 1),
  );
  return random.below(2)
    ? inner
    : Object.fromEntries(inner.map((each) => [random.pick(names), each]));
}

export type Way = (random: Random) => Response;

/** What a wild answer is made of. */
export interface Vocabulary {
  names: readonly string[];
  values: readonly unknown[];
}

/** Each way is enough alone, so that a client without one check is found out. */
export const waysToSpoil = (
  yes: object,
  { statuses, vocabulary }: { statuses: readonly number[]; vocabulary: Vocabulary },
): Record<string, Way> => {
  const text = JSON.stringify(yes);
  return {
    'another status': (random) =>
      respond(yes, {
        status: random.pick(statuses),
      }),
    'a redirect': (random) => respond(yes, { status: random.pick([301, 302, 303, 307, 308]) }),
    'another content type': (random) =>
      respond(yes, {
        type: random.pick(['text/html', 'text/plain', 'application/jsonp', 'x/json', '']),
      }),
    'a wrapping': (random) =>
      respond(random.pick([[yes], { data: yes }, { status: yes }, JSON.stringify(text)])),
    'anything at all': (random) => respond(anything(random, vocabulary) as object),
    truncation: (random) => respond(text.slice(0, random.below(text.length))),
    'a broken byte': (random) => {
      const at = random.below(text.length);
      return respond(`${text.slice(0, at)}\u0000${text.slice(at)}`);
    },
    'something after it': (random) =>
      respond(text + random.pick([text, ',', 'x', '}', '\u0000', '//'])),
    'a broken body': (random) => respond(breaking(text.slice(0, random.below(text.length + 1)))),
    'too much': (random) => respond(text + ' '.repeat(65_536 + random.below(4096))),
    'too deep': (random) => respond('['.repeat(1 + random.below(30_000))),
    'a web page': (random) =>
      respond(`<html>${text}</html>`, { type: random.pick([JSON_TYPE, 'text/html']) }),
    'an empty body': () => respond(''),
  };
};

export type Ask = (answer: () => Response) => Promise<boolean>;

/** Puts every case to `ask`: by how it was spoiled, those taken for a yes and those that crashed. */
export async function fuzz(
  ask: Ask,
  { ways: all, cases }: { ways: Record<string, Way>; cases: number },
): Promise<{ taken: string[]; crashed: string[]; unruled: number }> {
  const random = new Random(20_261_123);
  const ways = Object.entries(all);
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

export type Repair = (answer: { text: string; status: number; type: string | null }) => void;

/** Repairs the fields of a body that is an object. */
export const field =
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

/** Puts repaired answers to a client: as one would see them that does not make the check. */
export const weakened =
  (byClient: Ask, repair: Repair): Ask =>
  async (answer) => {
    const { status, headers } = answer();
    const text = await answer().text();
    const seen = { text, status, type: headers.get('content-type') };
    repair(seen);
    return byClient(() => respond(seen.text, { status: seen.status, type: seen.type ?? '' }));
  };
