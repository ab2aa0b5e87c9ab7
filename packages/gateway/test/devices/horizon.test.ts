import { pbkdf2Sync } from 'node:crypto';
import { AUTHY_APP, importKey, type TotpParams, totp } from '@driftlock/totp-core';
import { describe, expect, test } from 'vitest';
import { issuePack } from '../../src/devices/horizon.js';
import { createGateway } from '../../src/index.js';
import { OPERATOR, problem, START, serve } from '../served.js';

function seed(params: TotpParams = {}) {
  const key = importKey(crypto.getRandomValues(new Uint8Array(20)), params);
  const use = async <R>(work: (k: typeof key) => R) => work(key);
  return { key, held: { credential: 'phone', params: key.params, use } };
}

/** As a device would recognize a code, written from RFC 8018 and not from what issues packs. */
function slowHash(
  code: string,
  { salt, step, iterations }: { salt: string; step: number; iterations: number },
) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(step));
  const salted = Buffer.concat([Buffer.from(salt, 'base64'), number]);
  return pbkdf2Sync(code, salted, iterations, 16, 'sha256').toString('base64');
}

test.each([{}, AUTHY_APP, { algorithm: 'SHA512', digits: 8, period: 60, epoch: 15 } as const])(
  'a pack knows each code of its hours by its step, and the code before it (%j)',
  async (params) => {
    const { key, held } = seed(params);
    const { period, epoch } = key.params;
    const at = START + 7000;
    const pack = await issuePack(held, { at, hours: 0.1, iterations: 1000 });
    const { salt, iterations, first, hashes } = pack;
    const last = Math.floor(((at + 360_000) / 1000 - epoch) / period);
    expect(first).toBe(Math.floor((at / 1000 - epoch) / period) - 1);
    expect(first + hashes.length).toBeGreaterThanOrEqual(last);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const [n, hash] of hashes.entries()) {
      const step = first + n;
      const code = totp(key, { at: (epoch + step * period) * 1000 });
      expect(slowHash(code, { salt, step, iterations })).toBe(hash);
    }
  },
);

test('two packs of the same hours have nothing in common', async () => {
  const { held } = seed();
  const how = { at: START, hours: 0.05, iterations: 1000 };
  const [one, two] = [await issuePack(held, how), await issuePack(held, how)];
  expect(one.hashes.filter((hash) => two.hashes.includes(hash))).toStrictEqual([]);
});

describe('over HTTP', () => {
  const horizon = { hours: 0.1, iterations: 1000 };

  async function table(more = {}) {
    const s = await serve({ mode: 'authority', ...more });
    const ana = await s.enrol('ana');
    const { body } = await s.call('POST', `${ana.path}/devices`);
    const pack = (query = '', path = ana.path) =>
      s.call('GET', `${path}/horizon${query}`, { key: body.token });
    return { ...s, ana, pack };
  }

  test('a device gets packs of its account’s held seeds', async () => {
    const { pack, ana } = await table({ horizon });
    const { status, body } = await pack('?hours=0.05');
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      until: START + 180_000,
      packs: [
        {
          ...{ credential: 'totp-6-30-0', digits: 6, period: 30, epoch: 0, iterations: 1000 },
          ...{ first: START / 30_000 - 1, salt: body.packs[0].salt, hashes: expect.any(Array) },
        },
      ],
    });
    const { salt, hashes } = body.packs[0];
    const step = START / 30_000;
    expect(slowHash(ana.code(), { salt, step, iterations: 1000 })).toBe(hashes[1]);
  });

  test('nobody gets any where none are offered, and nobody more hours than are', async () => {
    const without = await table();
    expect(problem(await without.pack())).toMatchObject({ status: 409, code: 'not-offered' });
    const { pack } = await table({ horizon });
    for (const hours of ['0.2', '0', '-1', 'x', '13', '']) {
      const answer = await pack(`?hours=${hours}`);
      expect(problem(answer)).toMatchObject({ status: 422, field: 'hours' });
    }
  });

  test('one pack is made at a time', async () => {
    const { pack } = await table({ horizon: { hours: 0.1, iterations: 20_000 } });
    const answers = await Promise.all([pack(), pack(), pack()]);
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(busy.map(({ headers }) => headers.get('Retry-After'))).toStrictEqual(['30', '30']);
    expect((await pack('?hours=0.01')).status).toBe(200);
  });

  test('an account without a seed has none', async () => {
    const s = await serve({ mode: 'emulate', horizon });
    const { body } = await s.call('POST', '/v1/accounts', { body: { id: 'ben', authyId: '17' } });
    expect(body.id).toBe('ben');
    const registered = await s.call('POST', '/v1/accounts/ben/devices');
    const key = registered.body.token;
    const answer = await s.call('GET', '/v1/accounts/ben/horizon?hours=0.1', { key });
    expect(problem(answer)).toMatchObject({ status: 409, code: 'not-held' });
  });
});

test.each([
  { hours: 13 },
  { hours: 0 },
  { hours: 1, iterations: 999 },
  { hours: 1, iterations: 1.5e3 + 0.5 },
])('packs that would be too long or too quick are refused (%j)', (horizon) => {
  const keys = { operator: OPERATOR };
  const policy = { mode: 'local-first' } as const;
  expect(() => createGateway({ mode: 'authority', keys, policy, horizon })).toThrow('horizon');
});
