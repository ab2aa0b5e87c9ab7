// Errors as Authy words them, over HTTP, through our client to the verifier: none is ever a yes.
import { authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { AUTHY_APP, importKey } from '@driftlock/totp-core';
import {
  createVerifier,
  keyCredential,
  memoryLedger,
  memoryOutbox,
  type Policy,
  type VerifierEvent,
} from '@driftlock/verifier';
import { describe, expect, test } from 'vitest';
import { API_KEY, json, RFC_SEED, serveEmulator } from './emulator/loopback.js';

/** Good at the loopback clock's start. */
const GOOD = '2476215';
const WRONG = '0000000';

const TROUBLES = {
  none: { answer: [200, undefined] },
  suspended: { answer: [503, '60017'], put: ['users', { suspended: true }] },
  'too-many': { answer: [429, '60003'], put: ['faults', { '429': true }] },
  // Were it ambiguous here, a flood of questions would open a way past the authority.
  'too-many at 503': { answer: [503, '60003'], put: ['faults', { '429': true }], status: 503 },
  'wrong-key': { answer: [401, '60001'], apiKey: 'key-of-somebody-else' },
} as const;

type Trouble = keyof typeof TROUBLES;

/** A verifier that holds a user's seed and asks an emulator that is in trouble. */
async function login(mode: Policy['mode'], trouble: Trouble) {
  const answers: unknown[] = [];
  const loopback = await serveEmulator({
    wrap: (fetch) => async (request, env) => {
      const response = await fetch(request, env);
      if (!request.url.includes('/verify/')) return response;
      const { status } = { status: response.status, ...TROUBLES[trouble] };
      const body = await response.json();
      answers.push([status, body.error_code]);
      return Response.json(body, { status });
    },
  });
  const { emulator, clock, origin, operator } = loopback;
  const { authyId } = emulator.addUser({ secret: RFC_SEED, params: AUTHY_APP });
  const { put, apiKey } = { put: undefined, apiKey: API_KEY, ...TROUBLES[trouble] };
  if (put) {
    const path = put[0] === 'users' ? `/emulator/users/${authyId}` : '/emulator/faults';
    expect((await operator(path, json(put[1], 'PUT'))).status).toBe(200);
  }
  const events: VerifierEvent[] = [];
  const revoked: { id: string; account: string }[] = [];
  const verifier = createVerifier({
    credentials: async () => [keyCredential({ id: 'app', key: importKey(RFC_SEED, AUTHY_APP) })],
    user: async () => authyId,
    authority: authyAuthority(createAuthyClient({ apiKey, baseUrl: origin, retry: 0 })),
    ledger: memoryLedger(),
    outbox: memoryOutbox(),
    policy: { mode },
    now: () => clock.now,
    defer: () => {},
    onEvent: (event) => events.push(event),
    onRevoke: (who) => void revoked.push(who),
  });
  const type = (code: string) => verifier.verify({ account: 'ana', code });
  const alarms = () => events.flatMap((event) => (event.type === 'alarm' ? [event.alarm] : []));
  return { verifier, type, answers, alarms, revoked };
}

describe('where the authority is asked first', () => {
  test('a yes is confirmed, so that what follows is not for want of one', async () => {
    const { type, answers } = await login('authority-first', 'none');
    expect(await type(GOOD)).toMatchObject({ accepted: true, by: 'authority' });
    expect(answers).toStrictEqual([[200, undefined]]);
  });

  test.each([
    ['suspended', { reason: 'suspended' }, ['contradiction']],
    ['too-many', { reason: 'unavailable', retryAfter: 2 }, []],
    ['too-many at 503', { reason: 'unavailable', retryAfter: 2 }, []],
    ['wrong-key', { reason: 'unavailable', retryAfter: 2 }, []],
  ] as const)('%s accepts nothing, though what we hold says yes', async (trouble, no, alarms) => {
    const s = await login('authority-first', trouble);
    const id = expect.any(String);
    expect(await s.type(GOOD)).toStrictEqual({ id, accepted: false, ...no });
    expect(s.answers).toStrictEqual([TROUBLES[trouble].answer]);
    expect(s.alarms()).toStrictEqual(alarms);
  });

  test.each([
    ['suspended', 'suspended'],
    ['too-many', 'unavailable'],
    ['too-many at 503', 'unavailable'],
    ['wrong-key', 'unavailable'],
  ] as const)('%s accepts nothing that we do not hold: %s', async (trouble, reason) => {
    const s = await login('authority-first', trouble);
    expect(await s.type(WRONG)).toMatchObject({ accepted: false, reason });
    expect(s.answers).toStrictEqual([TROUBLES[trouble].answer]);
  });
});

describe('where our own yes comes first', () => {
  test.each([
    ['none', 'confirmed', 0],
    ['suspended', 'contradicted', 1],
    ['too-many', 'lapsed', 0],
    ['too-many at 503', 'lapsed', 0],
    ['wrong-key', 'lapsed', 0],
  ] as const)('it is provisional, and %s settles it: %s', async (trouble, settlement, revoked) => {
    const s = await login('local-first', trouble);
    const decision = await s.type(GOOD);
    expect(decision).toMatchObject({ accepted: true, by: 'local', standing: 'provisional' });
    expect(s.revoked).toStrictEqual([]);
    expect(await s.verifier.settled(decision.id)).toBe(settlement);
    // Once settled nothing asks again, and what had no ruling never gets one.
    expect(await s.verifier.settled(decision.id)).toBe(settlement);
    expect(s.answers).toStrictEqual([TROUBLES[trouble].answer]);
    expect(s.revoked).toStrictEqual(Array(revoked).fill({ id: decision.id, account: 'ana' }));
    expect(s.alarms()).toStrictEqual(revoked ? ['contradiction'] : []);
  });
});
