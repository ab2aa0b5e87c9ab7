import { describe, expect, test } from 'vitest';
import { createRates } from '../../src/devices/rates.js';
import { createGateway } from '../../src/index.js';
import { OPERATOR, problem, START, serve } from '../served.js';

const TILL = 'https://till.example';

describe('pages of devices', () => {
  async function ask(origins: string[], origin: string, method = 'OPTIONS') {
    const { url } = await serve({ mode: 'authority', devices: { origins } });
    return fetch(`${url}/v1/sync`, {
      method,
      headers: {
        Origin: origin,
        ...(method === 'OPTIONS'
          ? {
              'Access-Control-Request-Method': 'GET',
              'Access-Control-Request-Headers': 'authorization',
            }
          : {}),
      },
    });
  }

  test('of a named origin may ask, and read how long to wait', async () => {
    const preflight = await ask([TILL, 'http://localhost:5173'], TILL);
    expect(preflight.status).toBe(204);
    const { headers } = preflight;
    expect(headers.get('access-control-allow-origin')).toBe(TILL);
    expect(headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*Idempotency-Key/);
    expect(headers.get('access-control-allow-credentials')).toBe(null);
    const answer = await ask([TILL], TILL, 'GET');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(TILL);
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  test.each([
    'https://other.example',
    'https://till.example.evil.test',
    'null',
    'http://till.example',
  ])('of another origin may not (%s)', async (origin) => {
    expect((await ask([TILL], origin)).headers.get('access-control-allow-origin')).toBe(null);
    const answer = await ask([TILL], origin, 'GET');
    expect(answer.headers.get('access-control-allow-origin')).toBe(null);
  });

  test('of no origin may where none is named', async () => {
    const answer = await ask([], TILL);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(null);
  });

  test.each([['*'], ['till.example'], ['https://till.example/'], [7]])(
    'are named by origins alone (%s)',
    (origin) => {
      const keys = { operator: OPERATOR };
      const devices = { origins: [origin] as string[] };
      const policy = { mode: 'local-first' } as const;
      expect(() => createGateway({ mode: 'authority', keys, policy, devices })).toThrow('origins');
    },
  );
});

describe('a device that asks too often', () => {
  test('waits, and keeps no other device and no operator waiting', async () => {
    const s = await serve({ mode: 'authority', devices: { perMinute: 3 } });
    const ana = await s.enrol('ana');
    const register = async () => (await s.call('POST', `${ana.path}/devices`)).body.token;
    const [one, two] = [await register(), await register()];
    const sync = (key: string) => s.call('GET', '/v1/sync', { key });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await sync(one)).status);
    expect(statuses).toStrictEqual([200, 200, 200, 429]);
    const waits = await sync(one);
    expect(problem(waits)).toMatchObject({ status: 429, code: 'throttled' });
    expect(waits.headers.get('Retry-After')).toBe('20');
    expect((await sync(two)).status).toBe(200);
    expect((await s.call('GET', ana.path)).status).toBe(200);
    s.clock.at += 20_000;
    expect((await sync(one)).status).toBe(200);
    expect((await sync(one)).status).toBe(429);
  });

  test('has no more requests for a clock that goes back and forth', () => {
    const clock = { at: START };
    const rates = createRates({ perMinute: 2, now: () => clock.at });
    const taken = () => rates.take('till').taken;
    expect([taken(), taken(), taken()]).toStrictEqual([true, true, false]);
    clock.at -= 3_600_000;
    expect(taken()).toBe(false);
    clock.at += 30_000;
    expect([taken(), taken()]).toStrictEqual([true, false]);
  });
});
