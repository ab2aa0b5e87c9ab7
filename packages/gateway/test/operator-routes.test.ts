import {
  AUTHY_APP,
  type DriftEstimate,
  decodeBase32,
  generateSecret,
  importKey,
  leavesWindow,
  observe,
  stability,
  totp,
} from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { memoryStores } from '../src/stores/memory-stores.js';
import { AUTHY, problem, START, serve } from './served.js';

test('a diagnosis finds a phone that is hours off, and accepts nothing', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  const { status, body } = await call('POST', `${ana.path}/diagnose`, {
    body: { code: ana.code(3600) },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ verdict: 'device-fast', looksLike: { minutes: 60 } });
  const good = await call('POST', `${ana.path}/diagnose`, { body: { code: ana.code() } });
  expect(good.body.verdict).toBe('ok');
  expect((await ana.verify(ana.code())).body.accepted).toBe(true);
});

test('what is no code is diagnosed as malformed', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  for (const code of [null, 123456, [], '12', '１２３４５６']) {
    const { status, body } = await call('POST', `${ana.path}/diagnose`, { body: { code } });
    expect([status, body.verdict]).toStrictEqual([200, 'malformed']);
  }
  expect(problem(await call('POST', `${ana.path}/diagnose`, { body: {} })).field).toBe('code');
});

test('diagnoses are metered apart from attempts', async () => {
  const attempts = { limit: 2, per: 900, lock: 100 };
  const { call, enrol } = await serve({ policy: { mode: 'local-first', attempts } });
  const ana = await enrol('ana');
  const ask = () => call('POST', `${ana.path}/diagnose`, { body: { code: '000000' } });
  await ask();
  await ask();
  const third = await ask();
  expect(problem(third)).toStrictEqual({
    status: 429,
    type: 'application/problem+json',
    code: 'throttled',
    field: undefined,
  });
  expect(third.headers.get('retry-after')).toBe('30');
  expect((await ana.verify(ana.code())).body.accepted).toBe(true);
});

test('without a seed there is nothing to diagnose or resynchronize', async () => {
  const { call } = await serve();
  const made = await call('POST', '/protected/json/users/new', {
    headers: { 'X-Authy-API-Key': AUTHY },
    body: { user: { email: 'a@example.org', cellphone: '3175550142', country_code: '1' } },
  });
  await call('POST', '/v1/accounts', { body: { id: 'ana', authyId: String(made.body.user.id) } });
  const codes = [
    { code: '000000', at: START },
    { code: '000001', at: START },
  ];
  for (const [route, body] of Object.entries({
    diagnose: { code: '000000' },
    resynchronize: { codes },
  })) {
    const { status, code } = problem(await call('POST', `/v1/accounts/ana/${route}`, { body }));
    expect({ status, code }).toStrictEqual({ status: 409, code: 'not-held' });
  }
});

test('two consecutive codes tell the offset and are used up by it', async () => {
  const { call, enrol, clock } = await serve();
  const ana = await enrol('ana');
  const codes = [
    { code: ana.code(-600), at: clock.at },
    { code: ana.code(-570), at: clock.at + 30_000 },
  ];
  clock.at += 30_000;
  const { status, body } = await call('POST', `${ana.path}/resynchronize`, { body: { codes } });
  expect([status, body]).toStrictEqual([
    200,
    {
      synchronized: true,
      credential: 'totp-6-30-0',
      step: (START - 570_000) / 30_000,
      offset: { min: expect.any(Number), max: expect.any(Number) },
      falsePositive: expect.closeTo(5762 / 1e12, 10),
    },
  ]);
  expect(body.offset.min <= -600 && -600 <= body.offset.max).toBe(true);
  const again = await call('POST', `${ana.path}/resynchronize`, { body: { codes } });
  expect([again.status, again.body.synchronized]).toStrictEqual([200, false]);
  const drift = await call('GET', `${ana.path}/drift`);
  expect(drift.body.offset.best < -500).toBe(true);
});

test('codes to resynchronize by are two, each with its time', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  const one = { code: '000000', at: START };
  const refused: [string, unknown][] = [
    ['codes', {}],
    ['codes', { codes: 'both' }],
    ['codes.1', { codes: [one] }],
    ['codes.2', { codes: [one, one, one] }],
    ['codes.1.code', { codes: [one, { at: START }] }],
    ['codes.0.at', { codes: [{ code: '000000' }, one] }],
    ['codes.1.at', { codes: [one, { ...one, at: '2026' }] }],
    ['codes.1.at', { codes: [one, { ...one, at: 1e300 }] }],
    ['codes.1.at', { codes: [one, { ...one, at: -1 }] }],
  ];
  for (const [field, body] of refused) {
    const answer = await call('POST', `${ana.path}/resynchronize`, { body });
    expect(problem(answer)).toMatchObject({ status: 422, code: 'bad-field', field });
  }
  const none = { codes: [{ code: null, at: START }, one] };
  const { status, body } = await call('POST', `${ana.path}/resynchronize`, { body: none });
  expect([status, body]).toStrictEqual([200, { synchronized: false, reason: 'malformed' }]);
});

test('drift is nothing at first, and an interval once a code was confirmed', async () => {
  const { call, enrol, settled } = await serve();
  const ana = await enrol('ana');
  const before = await call('GET', `${ana.path}/drift`);
  expect([before.status, before.body]).toStrictEqual([200, { observations: 0 }]);
  await settled((await ana.verify(ana.code(-25))).body.id);
  const { body } = await call('GET', `${ana.path}/drift`);
  expect(body).toStrictEqual({
    credential: 'totp-6-30-0',
    offset: {
      min: expect.any(Number),
      best: expect.any(Number),
      max: expect.any(Number),
    },
    observations: 1,
    stability: { stable: false, reason: 'few' },
  });
  expect(body.offset.min <= -25 && -25 <= body.offset.max).toBe(true);
});

/** Codes of every other day, up to now, of a phone that gains 4 s a day and shows the right time now. */
function gaining(days: number, offset = 0): DriftEstimate {
  let estimate: DriftEstimate | undefined;
  for (let day = days; day >= 0; day -= 2) {
    const at = START - day * 86_400_000 + day * 7000;
    const step = Math.floor((at / 1000 + offset - 4 * day - 9) / 30);
    estimate = observe(estimate, { at, step, period: 30, rate: 5e-5 });
  }
  return estimate as DriftEstimate;
}

async function driftOf(estimate: DriftEstimate, options: Parameters<typeof serve>[0] = {}) {
  const stores = memoryStores();
  const { call, enrol } = await serve({ stores, ...options });
  const { path } = await enrol('ana');
  await stores.drift.learn({ account: 'ana', credential: 'totp-6-30-0', estimate });
  return (await call('GET', `${path}/drift`)).body;
}

test('drift foretells when a phone leaves what the authority tolerates', async () => {
  const estimate = gaining(30);
  const left = leavesWindow(estimate, { backward: 60, forward: 30 });
  expect(left).toStrictEqual({ leaves: true, at: expect.any(Number) });
  const { leavesWindowAt, stability: how } = await driftOf(estimate);
  expect(leavesWindowAt).toBe((left as { at: number }).at);
  expect(leavesWindowAt).toBeGreaterThan(START);
  expect(how).toStrictEqual({ stable: true });
  const wide = { mode: 'local-first', tolerance: { backward: 60, forward: 300 } } as const;
  expect((await driftOf(estimate, { policy: wide })).leavesWindowAt).toBeGreaterThan(
    leavesWindowAt,
  );
});

test('drift foretells nothing where the window goes with the clock, or the clock does not drift', async () => {
  expect(await driftOf(gaining(30), { mode: 'authority' })).not.toHaveProperty('leavesWindowAt');
  expect(await driftOf(gaining(4))).not.toHaveProperty('leavesWindowAt');
});

test('drift says why it cannot be relied on', async () => {
  let estimate = gaining(30);
  for (const minute of [1, 2, 3]) {
    const at = START + minute * 60_000;
    estimate = observe(estimate, { at, step: at / 30_000 + 20, period: 30 });
  }
  const { stability: how } = await driftOf(estimate);
  expect(how).toStrictEqual(stability(estimate));
  expect(how).toMatchObject({ stable: false, reason: 'moved' });
});

test('a refused code teaches no drift', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  await ana.verify(ana.code(-240));
  expect((await call('GET', `${ana.path}/drift`)).body).toStrictEqual({ observations: 0 });
});

test('an account with two credentials shows the drift of both', async () => {
  const stores = memoryStores();
  const { call, settled, clock } = await serve({ stores });
  const [phone, app] = [generateSecret(), generateSecret()];
  const { body } = await call('POST', '/v1/accounts', { body: { id: 'one', secret: phone } });
  const seed = { secret: decodeBase32(app), params: AUTHY_APP };
  await stores.accounts.hold('one', { credential: 'totp-7-10-0', ...seed });
  const verify = async (code: string) =>
    (await call('POST', '/v1/accounts/one/verify', { body: { code } })).body;
  await settled((await verify(totp(importKey(phone), { at: clock.at }))).id);
  // Its user has only the first seed: the authority's no must not teach.
  const denied = await verify(totp(importKey(app, AUTHY_APP), { at: clock.at }));
  expect((await settled(denied.id)).settlement).toBe('contradicted');
  expect((await call('GET', '/v1/accounts/one/drift')).body.credentials).toBe(undefined);
  const lesson = { account: 'one', credential: 'totp-7-10-0' };
  const known = (await stores.drift.of('one')).get('totp-6-30-0');
  if (known) await stores.drift.learn({ ...lesson, estimate: { ...known, period: 10 } });
  const drift = await call('GET', '/v1/accounts/one/drift');
  expect(drift.body.credentials.map((one: { credential: string }) => one.credential)).toStrictEqual(
    ['totp-6-30-0', 'totp-7-10-0'],
  );
  expect(body.id).toBe('one');
});
