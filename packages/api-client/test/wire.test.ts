import { describe, expect, test } from 'vitest';
import { AuthyError } from '../src/index.js';
import {
  clientOf,
  reply,
  type Script,
  serve,
  TOKEN,
  TOKEN_IS_VALID,
  USER,
  verifyAt,
} from './scripted-server.js';

// As Authy sends them: for a token of the app, and for a code sent by SMS.
const APP = {
  city: 'San Francisco',
  country: 'United States',
  ip: '198.51.100.7',
  region: 'California',
  registration_city: null,
  registration_country: 'United States',
  registration_device_id: 456456,
  registration_method: 'push',
  registration_region: null,
  os_type: 'android',
  last_account_recovery_at: null,
  id: 83372911,
  registration_date: 1490996931,
  last_sync_date: 1490996999,
};
const SMS = { id: null, os_type: 'sms', registration_date: 1500648405, ip: null };

describe('the device of a valid token', () => {
  test.each([
    [
      APP,
      {
        id: '83372911',
        osType: 'android',
        ip: '198.51.100.7',
        city: 'San Francisco',
        region: 'California',
        country: 'United States',
        registrationMethod: 'push',
        registrationCountry: 'United States',
        registrationDate: 1490996931000,
        lastSyncDate: 1490996999000,
      },
    ],
    [SMS, { osType: 'sms', registrationDate: 1500648405000 }],
    [{ id: {}, os_type: 7, ip: [], registration_date: 'yesterday' }, {}],
  ])('is told without wire names; what is missing or odd is absent (%#)', async (wire, device) => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, device: wire }));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true, device });
  });

  test.each([['none'], [null], [7]])('is absent when it is %j', async (device) => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, device }));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
  });
});

describe('a yes', () => {
  // Each way of spoiling one is enough alone, so that a decoder without that check is found out.
  const json = 'application/json';
  const spoil: Record<string, (random: Random) => Script> = {
    'another status': (random) =>
      reply(random.pick([201, 202, 206, 302, 400, 401, 404, 429, 500, 502, 503, 504]), YES),
    'another content type': (random) =>
      reply(200, YES, { 'content-type': random.pick(['text/html', 'text/plain', `${json}p`, '']) }),
    'another token': (random) =>
      reply(200, { ...YES, token: random.pick([...ODD, 'is invalid', 'Is Valid', 'is valid.']) }),
    'no token': () => reply(200, { message: YES.message, success: YES.success }),
    'another success': (random) =>
      reply(200, { ...YES, success: random.pick([...ODD, false, 'false', 'True', 'yes', 1]) }),
    'no success': () => reply(200, { message: YES.message, token: YES.token }),
    'a code of failure': (random) =>
      reply(200, { ...YES, error_code: random.pick(['60001', 60003, '60020', '60060']) }),
    'other names': (random) =>
      reply(200, {
        ...YES,
        token: undefined,
        [random.pick(['Token', 'tok', '__proto__'])]: YES.token,
      }),
    'a wrapping': (random) =>
      reply(
        200,
        random.pick([[YES], { data: YES }, { status: YES }, JSON.stringify(JSON.stringify(YES))]),
      ),
    'a value that is no object': (random) => reply(200, JSON.stringify(random.pick(ODD) ?? null)),
    truncation: (random) => reply(200, TEXT.slice(0, random.below(TEXT.length))),
    'a broken byte': (random) => {
      const at = random.below(TEXT.length);
      return reply(200, `${TEXT.slice(0, at)}\u0000${TEXT.slice(at)}`);
    },
    'a cut connection': (random) => (response) => {
      response.writeHead(200, { 'content-type': json, 'content-length': TEXT.length + 1 });
      response.write(TEXT.slice(0, 1 + random.below(TEXT.length)), () => response.socket?.end());
    },
    'too much': (random) => reply(200, TEXT + ' '.repeat(65_536 + random.below(4096))),
    'too deep': (random) => reply(200, '['.repeat(1 + random.below(60_000))),
    'a web page': (random) =>
      reply(200, `<html>${TEXT}</html>`, { 'content-type': random.pick([json, 'text/html']) }),
  };
  const YES = { ...TOKEN_IS_VALID, device: APP };
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

  test('comes of no malformed answer, in 2,000 of them, and nothing else is thrown', async () => {
    const random = new Random(20_261_123);
    const ways = Object.entries(spoil);
    const cases = Array.from({ length: 2000 }, (_, index) => {
      const [way, make] = ways[index % ways.length] as (typeof ways)[number];
      return { way, answer: make(random) };
    });
    const { url } = await serve((response, heard) => {
      const index = Number(/^\/(\d+)\//.exec(heard.url)?.[1]);
      cases[index]?.answer(response, heard);
    });
    const accepted: string[] = [];
    const strange: unknown[] = [];
    let unruled = 0;
    const ask = async (index: number): Promise<void> => {
      try {
        const verdict = await clientOf(`${url}/${index}`).tokens.verify({
          user: USER,
          token: TOKEN,
        });
        if (verdict.valid) accepted.push(cases[index]?.way ?? '');
      } catch (error) {
        if (error instanceof AuthyError) unruled++;
        else strange.push(error);
      }
    };
    for (let start = 0; start < cases.length; start += 40) {
      await Promise.all(Array.from({ length: 40 }, (_, index) => ask(start + index)));
    }
    expect({ accepted, strange }).toStrictEqual({ accepted: [], strange: [] });
    expect(unruled).toBeGreaterThan(1900);
  });

  test('is recognised by the same server when it is not spoiled', async () => {
    const { url } = await serve(reply(200, TEXT));
    await expect(verifyAt(url)).resolves.toMatchObject({ valid: true });
  });
});

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
