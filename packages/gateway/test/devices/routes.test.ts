import { describe, expect, test } from 'vitest';
import type { EvidenceAlarm } from '../../src/devices/evidence.js';
import { OPERATOR, problem, START, serve } from '../served.js';

const HOUR = 3_600_000;

async function table(options: Parameters<typeof serve>[0] = {}) {
  const alarms: EvidenceAlarm[] = [];
  const s = await serve({
    mode: 'authority',
    onAlarm: (alarm) => void alarms.push(alarm),
    ...options,
  });
  const ana = await s.enrol('ana');
  async function register(path = ana.path, body?: unknown) {
    const { body: made } = await s.call('POST', `${path}/devices`, body ? { body } : {});
    const key: string = made.token;
    return {
      ...{ id: made.device as string, made, key },
      verify: (code: string, headers: Record<string, string> = {}) =>
        s.call('POST', `${path}/verify`, { body: { code }, key, headers }),
      sync: (since?: number) =>
        s.call('GET', since === undefined ? '/v1/sync' : `/v1/sync?since=${since}`, { key }),
      tell: (...rows: unknown[]) => s.call('POST', '/v1/evidence', { body: { rows }, key }),
    };
  }
  return { ...s, alarms, ana, register };
}

const credential = 'totp-6-30-0';

describe('registering a device', () => {
  test('tells its token once, and what it may do offline', async () => {
    const { call, ana, register } = await table();
    const { id, made } = await register();
    expect(made).toStrictEqual({
      device: id,
      token: expect.stringMatching(/^[a-z2-7]{16}\.[A-Z2-7]{52}$/),
      expiresAt: START + 72 * HOUR,
      lease: { uses: 5, until: START + 72 * HOUR },
      credentials: [credential],
    });
    const { body } = await call('GET', `${ana.path}/devices`);
    expect(body).toStrictEqual({
      devices: [{ device: id, expiresAt: made.expiresAt, lease: made.lease }],
    });
  });

  test('takes as many uses as it asks for, and no other field', async () => {
    const { call, ana, register } = await table();
    expect((await register(ana.path, { uses: 2 })).made.lease.uses).toBe(2);
    for (const body of [{ uses: 11 }, { uses: -1 }, { uses: '1' }, { name: 'till' }, []]) {
      const answer = await call('POST', `${ana.path}/devices`, { body });
      expect(problem(answer)).toMatchObject({ status: 422, code: 'bad-field' });
    }
    const nobody = await call('POST', '/v1/accounts/nobody/devices');
    expect(problem(nobody)).toMatchObject({ status: 404, code: 'no-such-account' });
  });

  test('is undone by its account’s operator alone', async () => {
    const { call, ana, enrol, register } = await table();
    const ben = await enrol('ben');
    const { id, sync } = await register();
    const wrong = await call('DELETE', `${ben.path}/devices/${id}`);
    expect(problem(wrong)).toMatchObject({ status: 404, code: 'no-such-device' });
    expect((await sync()).status).toBe(200);
    expect((await call('DELETE', `${ana.path}/devices/${id}`)).status).toBe(204);
    expect(problem(await sync())).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('ends with its account, under a new account of the name, too', async () => {
    const { call, ana, enrol, register } = await table();
    const { sync } = await register();
    await call('DELETE', ana.path);
    expect((await sync()).status).toBe(401);
    await enrol('ana');
    expect((await sync()).status).toBe(401);
  });
});

describe('a device’s token', () => {
  test('verifies, and tells the device whether and in words, but no clock and no step', async () => {
    const { ana, register } = await table();
    const { verify } = await register();
    const code = ana.code();
    const yes = await verify(code);
    expect(yes.body).toStrictEqual({ id: yes.body.id, accepted: true, standing: 'confirmed' });
    const again = await verify(code);
    const words = 'This code was not accepted. Wait for the next one and type that.';
    expect(again.body).toStrictEqual({
      ...{ id: again.body.id, accepted: false, reason: 'replayed', message: words },
    });
    const old = await verify(ana.code(-240));
    expect(old.body).toStrictEqual({
      ...{ id: old.body.id, accepted: false, reason: 'mismatch', message: words },
    });
    const odd = await verify('12');
    expect(odd.body).toMatchObject({
      reason: 'malformed',
      message: expect.stringMatching(/digits/),
    });
  });

  test('has attempts of its own, which strangers can’t use up', async () => {
    const { ana, register, call } = await table({ source: () => '203.0.113.9' });
    const { verify, key } = await register();
    for (let n = 0; n < 5; n++) await ana.verify('000000');
    expect((await ana.verify(ana.code())).status).toBe(429);
    expect((await verify(ana.code())).body).toMatchObject({ accepted: true });
    for (let n = 0; n < 5; n++) await verify('000000');
    const waits = await verify('000000');
    expect(waits.status).toBe(429);
    expect(waits.body).toMatchObject({ reason: 'throttled', retryAfter: 30 });
    const { id } = waits.body;
    expect((await call('GET', `/v1/decisions/${id}`, { key })).body).toMatchObject({ id });
  });

  test('is told by a key what was decided for itself, not for another device or the operator', async () => {
    const { ana, register } = await table();
    const [one, two] = [await register(), await register()];
    const headers = { 'Idempotency-Key': 'login-1' };
    const code = ana.code();
    const yes = await one.verify(code, headers);
    expect(yes.body.accepted).toBe(true);
    expect((await one.verify(code, headers)).body).toStrictEqual(yes.body);
    // Nor does the answer to another code tell which was theirs.
    expect((await two.verify('000000', headers)).body.reason).toBe('mismatch');
    expect((await ana.verify(code, headers)).body.reason).toBe('replayed');
    expect((await one.verify('000000', headers)).body.code).toBe('key-reused');
    const { verify } = await register();
    expect((await verify(code, headers)).body.reason).toBe('replayed');
  });

  test('reads decisions of its own account alone', async () => {
    const { call, ana, enrol, register } = await table();
    const ben = await enrol('ben');
    const { key } = await register();
    const [own, other] = [await ana.verify(ana.code()), await ben.verify(ben.code())];
    const { body } = await call('GET', `/v1/decisions/${own.body.id}`, { key });
    expect(body).toStrictEqual({ id: own.body.id, accepted: true, standing: 'confirmed' });
    const refused = await call('GET', `/v1/decisions/${other.body.id}`, { key });
    expect(problem(refused)).toMatchObject({ status: 404, code: 'no-such-decision' });
  });

  test('opens nothing else', async () => {
    const { call, ana, enrol, register } = await table();
    const ben = await enrol('ben');
    const { key, id } = await register();
    const body = { code: ana.code() };
    for (const [method, path] of [
      ['POST', `${ben.path}/verify`],
      ['GET', ben.path],
      ['GET', '/v1/accounts'],
      ['POST', '/v1/accounts'],
      ['DELETE', ana.path],
      ['POST', `${ana.path}/unlock`],
      ['POST', `${ana.path}/diagnose`],
      ['POST', `${ana.path}/resynchronize`],
      ['GET', `${ana.path}/drift`],
      ['POST', `${ana.path}/recover`],
      ['POST', `${ana.path}/recovery-codes`],
      ['GET', `${ana.path}/devices`],
      ['POST', `${ana.path}/devices`],
      ['DELETE', `${ana.path}/devices/${id}`],
      ['GET', '/v1/events'],
      ['GET', '/v1/audit'],
      ['POST', '/v1/accounts/ana%2f..%2fben/verify'],
      ['POST', '/v1/accounts/%zz/verify'],
      ['POST', '/v1/sync'],
      ['GET', '/v1/nothing'],
    ] as const) {
      const answer = await call(method, path, { key, ...(method === 'GET' ? {} : { body }) });
      expect([path, answer.status, answer.body?.code]).toStrictEqual([path, 403, 'for-operators']);
    }
    const { body: shown } = await call('GET', ana.path, { key });
    expect(shown).toStrictEqual({ id: 'ana', status: 'active' });
  });

  test('syncs; an operator has nothing to sync', async () => {
    const { call } = await table();
    for (const [method, path] of [
      ['GET', '/v1/sync'],
      ['POST', '/v1/evidence'],
    ] as const) {
      const body = method === 'POST' ? { body: { rows: [] } } : {};
      const answer = await call(method, path, { key: OPERATOR, ...body });
      expect(problem(answer)).toMatchObject({ status: 403, code: 'for-devices' });
    }
  });
});

describe('a sync', () => {
  test('tells how the account stands, lets the device live on and fills up its lease', async () => {
    const { clock, ana, register } = await table();
    const { sync, tell } = await register();
    const step = START / 30_000;
    clock.at += 71 * HOUR;
    await tell({ id: 'd1', credential, step, at: START });
    const { body } = await sync();
    expect(body).toStrictEqual({
      ...{
        now: clock.at,
        next: clock.at,
        account: { id: 'ana', status: 'active', latched: false },
      },
      ...{ revoked: [], expiresAt: clock.at + 72 * HOUR },
      lease: { uses: 5, until: clock.at + 72 * HOUR },
    });
    clock.at += 72 * HOUR;
    expect((await sync()).status).toBe(401);
    expect((await ana.verify(ana.code())).body).toMatchObject({ accepted: true });
  });

  test('tells of decisions that were contradicted, and that the account is latched', async () => {
    const { call, ana, clock, register, settled } = await table({ mode: 'emulate' });
    const { sync } = await register();
    const put = (path: string, body: unknown) => call('PUT', `/emulator/${path}`, { body });
    await put('faults', { down: true });
    const { body: decision } = await ana.verify(ana.code());
    expect(decision).toMatchObject({ standing: 'provisional' });
    await put('faults', {});
    await put(`users/${ana.authyId}`, { suspended: true });
    await settled(decision.id);
    const { body } = await sync(clock.at);
    expect(body).toMatchObject({
      account: { id: 'ana', status: 'suspended', latched: true },
      revoked: [{ id: decision.id, at: clock.at }],
      lease: { uses: 5 },
    });
    expect((await sync(clock.at + 120_000)).body.revoked).toStrictEqual([]);
    for (const since of ['-1', '1.5', 'x', '1'.repeat(17)]) {
      const answer = await sync(since as never);
      expect(problem(answer)).toMatchObject({ status: 422, field: 'since' });
    }
  });

  test('says nothing of the account’s status while the authority can’t be asked', async () => {
    const { call, register } = await table({ mode: 'emulate', policy: POLICY });
    const { sync } = await register();
    await call('PUT', '/emulator/faults', { body: { down: true } });
    expect((await sync()).body.account).toStrictEqual({ id: 'ana', latched: false });
  });
});

const POLICY = { mode: 'local-first', liveDeadline: 1000 } as const;

describe('evidence', () => {
  test('is answered row by row, and blocks each step it tells of', async () => {
    const { ana, clock, alarms, call, register } = await table();
    const [one, two] = [await register(), await register()];
    const step = clock.at / 30_000;
    const row = (id: string, more = {}) => ({ id, credential, step, at: clock.at, ...more });
    const rows = [row('a'), row('a'), row('b'), row('c', { step: step + 2 })];
    const { status, body } = await one.tell(...rows, row('d', { credential: 'none' }));
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      rows: [
        { id: 'a', outcome: 'recorded' },
        { id: 'a', outcome: 'duplicate' },
        { id: 'b', outcome: 'conflict' },
        { id: 'c', outcome: 'refused' },
        { id: 'd', outcome: 'refused' },
      ],
    });
    expect((await two.tell(row('e'))).body.rows[0].outcome).toBe('conflict');
    expect(alarms.map(({ id, device }) => [id, device])).toStrictEqual([
      ['b', one.id],
      ['e', two.id],
    ]);
    const audit = await call('GET', '/v1/audit?account=ana');
    const alarmed = audit.body.entries.map(({ event }: { event: { alarm?: string } }) => event);
    expect(alarmed).toContainEqual({
      type: 'alarm',
      id: 'b',
      device: one.id,
      alarm: 'claimed-twice',
    });
    expect(alarmed).toContainEqual({ type: 'act', act: 'device' });
    expect((await ana.verify(ana.code())).body).toMatchObject({ reason: 'replayed' });
    clock.at += 30_000;
    expect((await ana.verify(ana.code())).body).toMatchObject({ accepted: true });
  });

  test('that is none is refused as a whole', async () => {
    const { clock, register } = await table();
    const { tell } = await register();
    const fine = { id: 'a', credential, step: 60_000_000, at: clock.at };
    for (const rows of [
      [],
      [{ ...fine, step: 1.5 }],
      [{ ...fine, code: '123456' }],
      [{ ...fine, id: '' }],
      Array.from({ length: 101 }, () => fine),
    ]) {
      expect(problem(await tell(...rows))).toMatchObject({ status: 422, code: 'bad-field' });
    }
  });

  test('of a hundred rows fits into a request', async () => {
    const { clock, register } = await table();
    const { tell } = await register();
    const rows = Array.from({ length: 100 }, (_, n) => ({
      ...{ id: crypto.randomUUID(), credential, step: clock.at / 30_000 - n, at: clock.at },
    }));
    const { body } = await tell(...rows);
    expect(new Set(body.rows.map((row: { outcome: string }) => row.outcome))).toStrictEqual(
      new Set(['recorded']),
    );
  });
});
