import { expect, test } from 'vitest';
import { problem, START, serve } from './served.js';

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const STEP = START / 30_000;
const offset = { min: expect.any(Number), max: expect.any(Number) };

test('a code is accepted at once, and confirmed by the authority a moment later', async () => {
  const { enrol, settled } = await serve();
  const ana = await enrol('ana');
  const { status, headers, body } = await ana.verify(ana.code());
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  const made = { id: ID, accepted: true, by: 'local', step: STEP, offset };
  const left = { uses: 9, until: START + 72 * 3_600_000 };
  expect(body).toStrictEqual({ ...made, standing: 'provisional', left });
  expect(await settled(body.id)).toStrictEqual({
    ...made,
    id: body.id,
    standing: 'confirmed',
    settlement: 'confirmed',
    account: 'ana',
    at: START,
    settledAt: START,
  });
});

test('the same code again is refused as replayed, and its decision can be read', async () => {
  const { enrol, call } = await serve();
  const ana = await enrol('ana');
  await ana.verify(ana.code());
  const { status, body } = await ana.verify(ana.code());
  expect(status).toBe(200);
  expect(body).toStrictEqual({ id: ID, accepted: false, reason: 'replayed' });
  const found = await call('GET', `/v1/decisions/${body.id}`);
  expect(found.body).toStrictEqual({ ...body, account: 'ana', at: START });
});

test('whatever is typed as a code is judged, not refused as a request', async () => {
  const { enrol } = await serve();
  const ana = await enrol('ana');
  for (const code of [
    '',
    '12345',
    '123456789',
    '１２３４５６',
    123456,
    null,
    ['123456'],
    {},
    true,
  ]) {
    const { status, body } = await ana.verify(code);
    expect(status).toBe(200);
    expect(body).toStrictEqual({ id: ID, accepted: false, reason: 'malformed' });
  }
});

test('a slow phone is refused by the authority; two of its codes tell by how much it is slow', async () => {
  const { enrol, clock } = await serve();
  const ana = await enrol('ana');
  const first = await ana.verify(ana.code(-240));
  expect(first.body).toMatchObject({ accepted: false, reason: 'mismatch' });
  clock.at += 30_000;
  const { body } = await ana.verify(ana.code(-240));
  expect(body).toMatchObject({
    accepted: false,
    reason: 'mismatch',
    diagnosis: { verdict: 'device-slow', certainty: 'certain', evidence: 2 },
  });
  const { min, max } = body.diagnosis.offset;
  expect(min <= -240 && -240 <= max && max - min <= 61).toBe(true);
});

test('attempts spent: 429 with the decision as body, and the wait in Retry-After', async () => {
  const attempts = { limit: 2, per: 900, lock: 100 };
  const { enrol } = await serve({ policy: { mode: 'local-first', attempts } });
  const ana = await enrol('ana');
  await ana.verify('000000');
  await ana.verify('000001');
  const { status, headers, body } = await ana.verify(ana.code());
  expect({ status, wait: headers.get('retry-after') }).toStrictEqual({ status: 429, wait: '30' });
  expect(body).toStrictEqual({ id: ID, accepted: false, reason: 'throttled', retryAfter: 30 });
});

test('no ruling to be had: 503 with the decision as body, and Retry-After', async () => {
  const { enrol, call } = await serve();
  const ana = await enrol('ana');
  await call('PUT', '/emulator/faults', { body: { down: true } });
  const { status, headers, body } = await ana.verify('00000000');
  expect({ status, wait: headers.get('retry-after') }).toStrictEqual({ status: 503, wait: '30' });
  expect(body).toStrictEqual({ id: ID, accepted: false, reason: 'unavailable', retryAfter: 30 });
});

test('while the authority is down a code is provisional; once it is back, confirmed', async () => {
  const { enrol, call, settled } = await serve();
  const ana = await enrol('ana');
  await call('PUT', '/emulator/faults', { body: { down: true } });
  const { body } = await ana.verify(ana.code());
  expect(body).toMatchObject({ accepted: true, standing: 'provisional', left: { uses: 9 } });
  const meanwhile = await call('GET', `/v1/decisions/${body.id}`);
  expect(meanwhile.body).toStrictEqual({ ...body, account: 'ana', at: START });
  await call('PUT', '/emulator/faults', { body: { down: false } });
  expect(await settled(body.id)).toMatchObject({ standing: 'confirmed', settlement: 'confirmed' });
});

test('an authority that stays away until the code has died leaves the decision lapsed', async () => {
  const { enrol, call, settled, clock } = await serve();
  const ana = await enrol('ana');
  await call('PUT', '/emulator/faults', { body: { down: true } });
  const { body } = await ana.verify(ana.code());
  clock.at += 600_000;
  await call('PUT', '/emulator/faults', { body: { down: false } });
  expect(await settled(body.id)).toMatchObject({ standing: 'provisional', settlement: 'lapsed' });
});

test('a lost reply settles the decision ambiguous, never confirmed', async () => {
  const { enrol, call, settled } = await serve();
  const ana = await enrol('ana');
  await call('PUT', '/emulator/faults', { body: { lostReply: 1 } });
  const { body } = await ana.verify(ana.code());
  expect(await settled(body.id)).toMatchObject({
    standing: 'provisional',
    settlement: 'ambiguous',
  });
});

test('a suspended user: contradicted, revoked, and the next code is not accepted locally', async () => {
  const revoked: unknown[] = [];
  const { enrol, call, settled, clock } = await serve({
    onRevoke: (one) => void revoked.push(one),
  });
  const ana = await enrol('ana');
  await call('PUT', `/emulator/users/${ana.authyId}`, { body: { suspended: true } });
  const { body } = await ana.verify(ana.code());
  expect(body).toMatchObject({ accepted: true, standing: 'provisional' });
  expect(await settled(body.id)).toMatchObject({
    standing: 'provisional',
    settlement: 'contradicted',
  });
  expect(revoked).toStrictEqual([{ id: body.id, account: 'ana' }]);
  clock.at += 30_000;
  const next = await ana.verify(ana.code());
  expect(next.body).toStrictEqual({ id: ID, accepted: false, reason: 'suspended' });
});

test('authority-first: the first answer is already confirmed', async () => {
  const { enrol } = await serve({ policy: { mode: 'authority-first' } });
  const ana = await enrol('ana');
  const { body } = await ana.verify(ana.code());
  const made = { id: ID, accepted: true, by: 'authority', standing: 'confirmed' };
  expect(body).toStrictEqual({ ...made, step: STEP, offset });
});

test('a decision that is not known is 404, and so is an account', async () => {
  const { call } = await serve();
  expect(problem(await call('GET', '/v1/decisions/none'))).toStrictEqual({
    status: 404,
    type: 'application/problem+json',
    code: 'no-such-decision',
    field: undefined,
  });
  expect(
    problem(await call('POST', '/v1/accounts/nobody/verify', { body: { code: '000000' } })),
  ).toStrictEqual({
    status: 404,
    type: 'application/problem+json',
    code: 'no-such-account',
    field: undefined,
  });
});

test('the same Idempotency-Key with the same code: the same decision, as it stands by now', async () => {
  const { enrol, settled } = await serve();
  const ana = await enrol('ana');
  const key = { 'Idempotency-Key': 'login-1' };
  const first = await ana.verify(ana.code(), key);
  expect(first.body).toMatchObject({ accepted: true, standing: 'provisional' });
  await settled(first.body.id);
  const { left: _, ...made } = first.body;
  const again = await ana.verify(ana.code(), key);
  expect(again.status).toBe(200);
  expect(again.body).toStrictEqual({ ...made, standing: 'confirmed', settlement: 'confirmed' });
});

test('fifty requests at once under one Idempotency-Key share one run', async () => {
  const { enrol } = await serve();
  const ana = await enrol('ana');
  const key = { 'Idempotency-Key': 'login-1' };
  const answers = await Promise.all(Array.from({ length: 50 }, () => ana.verify(ana.code(), key)));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.every(({ body }) => body.accepted)).toBe(true);
});

test('a repeat of a yes that was contradicted since is a no', async () => {
  const { enrol, call, settled } = await serve();
  const ana = await enrol('ana');
  await call('PUT', `/emulator/users/${ana.authyId}`, { body: { suspended: true } });
  const key = { 'Idempotency-Key': 'login-1' };
  const { body } = await ana.verify(ana.code(), key);
  expect(body.accepted).toBe(true);
  await settled(body.id);
  const again = await ana.verify(ana.code(), key);
  expect(again.body).toStrictEqual({ id: body.id, accepted: false, reason: 'mismatch' });
});

test('the same Idempotency-Key with another code is refused; another account has its own keys', async () => {
  const { enrol } = await serve();
  const ana = await enrol('ana');
  const bob = await enrol('bob');
  const key = { 'Idempotency-Key': 'login-1' };
  await ana.verify(ana.code(), key);
  expect(problem(await ana.verify('000000', key))).toStrictEqual({
    status: 422,
    type: 'application/problem+json',
    code: 'key-reused',
    field: 'Idempotency-Key',
  });
  expect((await bob.verify(bob.code(), key)).body.accepted).toBe(true);
});

test('an Idempotency-Key that is none is refused by name', async () => {
  const { enrol } = await serve();
  const ana = await enrol('ana');
  for (const bad of ['', 'two words', 'x'.repeat(256)]) {
    const { status, code, field } = problem(await ana.verify('000000', { 'Idempotency-Key': bad }));
    expect({ status, code, field }).toStrictEqual({
      status: 422,
      code: 'bad-field',
      field: 'Idempotency-Key',
    });
  }
});
