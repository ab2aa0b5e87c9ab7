/** What a hostile review found once, each as it was found. */
import { type DriftEstimate, observe, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import {
  createClock,
  createVerifier,
  keyCredential,
  type Ledger,
  memoryLedger,
  memoryOutbox,
} from '../src/index.js';
import { AT, Failure, key, no, scripted, stage, YES } from './stage.js';

const AF = { mode: 'authority-first' as const };

test('a no that could not be latched is no yes, where the authority is asked first', async () => {
  const base = memoryLedger();
  let broken = true;
  const ledger: Ledger = {
    ...base,
    latch: async (a, o) => {
      if (broken) {
        broken = false;
        throw new Error('x');
      }
      return base.latch(a, o);
    },
  };
  const s = stage({ authority: scripted(no()), inline: true, ledger });
  const d = await s.type(s.code());
  expect(d.accepted).toBe(false);
});

test('a no to the repeated question is a rejection, not a revocation before the acceptance', async () => {
  const authority = scripted('ambiguous', no());
  authority.repeatable = true;
  const s = stage({ authority, policy: AF });
  const d = await s.type(s.code());
  expect([d.accepted, s.revoked.length]).toEqual([false, 0]);
});

test.each([1, 2])('a revocation that fails %i times is tried again', async (times) => {
  const revoked: string[] = [];
  let fails = times;
  const clock = { now: AT };
  const outbox = memoryOutbox();
  const background: Promise<unknown>[] = [];
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority: scripted(no(), 'down'),
    ledger: memoryLedger(),
    outbox,
    policy: { mode: 'local-first' },
    now: () => clock.now,
    defer: (w) => background.push(w),
    onRevoke: ({ id }) => {
      if (fails-- > 0) throw new Error('session store down');
      revoked.push(id);
    },
  });
  const { id } = await v.verify({ account: 'ana', code: totp(key(), { at: AT }) });
  await Promise.all(background);
  for (let turn = 0; turn < 4; turn++) {
    clock.now += 10_000;
    await v.reconcile();
  }
  expect([revoked, (await outbox.find(id))?.settlement]).toEqual([[id], 'contradicted']);
});

test('a latch that could not be set is set, and revoked, by the next turn', async () => {
  const base = memoryLedger();
  let broken = true;
  const ledger: Ledger = {
    ...base,
    latch: async (a, o) => {
      if (broken) {
        broken = false;
        throw new Error('x');
      }
      return base.latch(a, o);
    },
  };
  const s = stage({ authority: scripted(no()), ledger });
  const d = await s.type(s.code());
  await Promise.all(s.background);
  s.clock.now += 10_000;
  await s.verifier.reconcile();
  expect([
    s.revoked.length,
    (await s.outbox.find(d.id))?.settlement,
    (await s.ledger.state('ana')).latch !== undefined,
  ]).toEqual([1, 'contradicted', true]);
});

test('a ledger that answers nothing has consumed nothing', async () => {
  const ledger = { ...memoryLedger(), consume: async () => undefined } as unknown as Ledger;
  const s = stage({ authority: scripted(YES), ledger });
  expect((await s.type(s.code())).accepted).toBe(false);
});

test('an account whose name at the authority is null is nobody, and nobody is asked', async () => {
  const authority = scripted(YES);
  const s = stage({ authority, user: async () => null as never });
  expect([await s.type(s.code()), authority.asked]).toMatchObject([
    { accepted: false, reason: 'unknown-user' },
    [],
  ]);
});

test('a caller who hangs up does not turn an unanswered question into an acceptance', async () => {
  const authority = scripted(() => new Promise(() => {}));
  const s = stage({ authority, policy: AF });
  const gone = new AbortController();
  setTimeout(() => gone.abort(), 20);
  const d = await s.verifier.verify({ account: 'ana', code: s.code(), signal: gone.signal });
  expect(d.accepted).toBe(false);
});

test('an account latched while its question was under way accepts nothing', async () => {
  const s0 = scripted(async () => {
    await s.ledger.latch('ana', { latched: true, id: 'x', at: AT });
    throw new Failure('down');
  });
  const s = stage({ authority: s0, policy: AF });
  expect((await s.type(s.code())).accepted).toBe(false);
});

test('a seed enrolled twice is used once', async () => {
  const s = stage({
    held: [keyCredential({ id: 'a', key: key() }), keyCredential({ id: 'b', key: key() })],
  });
  await s.type(s.code());
  expect((await s.type(s.code())).accepted).toBe(false);
});

test('a double click asks once, accepts once, and alarms nobody', async () => {
  const authority = scripted(YES, no('reused'));
  const s = stage({ authority, policy: AF });
  const code = s.code();
  const [a, b] = await Promise.all([s.type(code), s.type(code)]);
  expect([a.accepted, b.accepted]).toEqual([true, false]);
  expect([
    authority.asked.length,
    (await s.ledger.state('ana')).latch,
    s.events.filter((e) => e.type === 'alarm').length,
  ]).toEqual([1, undefined, 0]);
});

test('a code whose reply was lost is not sent again when typed again', async () => {
  const authority = scripted('ambiguous', no('reused'));
  const s = stage({ authority, policy: { ...AF, offline: { uses: 0, hours: 72 } } });
  const code = s.code();
  await s.type(code);
  await s.type(code);
  expect([authority.asked.length, (await s.ledger.state('ana')).latch]).toEqual([1, undefined]);
});

test('nor on a latched account', async () => {
  const authority = scripted('ambiguous', YES);
  const s = stage({ authority });
  await s.ledger.latch('ana', { latched: true, id: 'x', at: AT });
  const code = s.code();
  await s.type(code);
  await s.type(code);
  expect(authority.asked.length).toBe(1);
});

test('nor where nothing held matches it', async () => {
  const authority = scripted('ambiguous', YES);
  const s = stage({ authority });
  const code = s.code(-200);
  await s.type(code);
  await s.type(code);
  expect(authority.asked.length).toBe(1);
});

test('an attempt that comes back leaves the waits as long as they were', async () => {
  const ledger = memoryLedger();
  let at = AT;
  const fail = async () => {
    const t = await ledger.take('ana', { at });
    if (!t.taken && t.reason === 'throttled') {
      at += t.retryAfter * 1000;
      await ledger.take('ana', { at });
    }
  };
  for (let i = 0; i < 12; i++) await fail();
  const d = (await ledger.state('ana')).attempts;
  at = d.waitUntil;
  // a code nobody here holds, during an outage: taken and given back
  const t = await ledger.take('ana', { at });
  if (t.taken) await ledger.giveBack('ana', { attempt: t.attempt });

  await ledger.take('ana', { at });
  const after = (await ledger.state('ana')).attempts;
  expect(after.doublings).toBeGreaterThan(d.doublings);
});

test('an outage gives a guesser nothing', async () => {
  const run = async (cheat: boolean) => {
    const authority = scripted('down');
    const s = stage({ authority });
    let guesses = 0;
    const end = AT + 12 * 3_600_000;
    let first: number | undefined;
    while (s.clock.now < end) {
      if (cheat) await s.type('12345678');
      const d = await s.type('000000');
      if (d.accepted) throw new Error('lucky');
      if (d.reason === 'throttled') s.clock.now += d.retryAfter! * 1000;
      else if (d.reason === 'locked') {
        first = s.clock.now - AT;
        break;
      } else guesses++;
    }
    return { guesses, lockedAfterH: first && first / 3.6e6 };
  };
  const [honest, cheat] = [await run(false), await run(true)];
  expect(cheat.guesses).toBeLessThanOrEqual(honest.guesses + 1);
});

test('a wait begun by a clock a year ahead ends within an hour of its correction', async () => {
  let now = AT + 365 * 86_400_000;
  const clock = createClock({ now: () => now });
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
    clock,
  });
  for (let i = 0; i < 5; i++) await v.verify({ account: 'ana', code: '000000' });
  now = AT;
  await clock.trust();
  const d = await v.verify({ account: 'ana', code: totp(key(), { at: AT }) });
  expect(d.accepted || (d.retryAfter ?? 0) <= 3600).toBe(true);
});

test('a latch set by a clock a year ahead is cleared by a yes once it is right', async () => {
  let now = AT + 365 * 86_400_000;
  const clock = createClock({ now: () => now });
  const ledger = memoryLedger();
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority: scripted(YES),
    ledger,
    policy: AF,
    clock,
    onRevoke: () => {},
  });
  const first = await v.verify({ account: 'ana', code: totp(key(), { at: AT }) });
  expect(first.accepted).toBe(true);
  now = AT + 60_000;
  await clock.trust();
  const second = await v.verify({ account: 'ana', code: totp(key(), { at: now }) });
  expect([second.accepted, (await ledger.state('ana')).latch]).toEqual([true, undefined]);
});

test('uses reserved by a clock that was ahead are refilled once it is right', async () => {
  let now = AT + 86_400_000;
  const clock = createClock({ now: () => now });
  const ledger = memoryLedger();
  const authority = scripted('down');
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority,
    ledger,
    policy: AF,
    clock,
    onRevoke: () => {},
  });
  expect((await v.verify({ account: 'ana', code: totp(key(), { at: now }) })).accepted).toBe(true);
  // the clock is set right by an operator two days later (still later than the last step)
  now = AT + 86_400_000 - 3_600_000;
  await clock.trust();
  authority.script = [YES];
  await v.verify({ account: 'ana', code: '0000000' });
  expect((await ledger.state('ana')).uses).toEqual([]);
});

test('a code typed before it was verified does not live longer for it', async () => {
  const authority = scripted('down');
  const s = stage({ authority, policy: AF });
  const code = s.code(-60);
  const d = await s.verifier.verify({ account: 'ana', code, at: s.clock.now - 60_000 });
  expect(d.accepted).toBe(true);
  s.clock.now += 60_000; // step ended 105 s ago; tolerance is 60
  authority.script = [no()];
  await s.verifier.reconcile();
  expect([(await s.outbox.find(d.id))?.settlement, s.revoked.length]).toEqual(['lapsed', 0]);
});

test('digits that the authority holds are not kept here', async () => {
  const authority = scripted({ ruling: 'pending', decision: 'x' });
  const s = stage({ authority, policy: AF });
  const d = await s.type(s.code());
  expect((await s.outbox.find(d.id))?.code).toBeUndefined();
});

test('a clock that stops answering keeps nobody waiting', async () => {
  let n = 0;
  const clock = {
    read: () =>
      n++ ? new Promise<never>(() => {}) : Promise.resolve({ at: AT, state: 'safe' as const }),
    witness: async () => {},
    trust: async () => {},
  };
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority: scripted(YES),
    ledger: memoryLedger(),
    policy: { ...AF, liveDeadline: 50 },
    clock,
    onRevoke: () => {},
  });
  const r = await Promise.race([
    v.verify({ account: 'ana', code: totp(key(), { at: AT }) }),
    new Promise((f) => setTimeout(f, 1000, 'HUNG')),
  ]);
  expect(r).not.toBe('HUNG');
});

test('a credential that never answers keeps nobody waiting', async () => {
  const s = stage({
    policy: { liveDeadline: 50 },
    held: [{ id: 'x', params: {}, verify: () => new Promise(() => {}) }],
  });
  const r = await Promise.race([s.type('123456'), new Promise((f) => setTimeout(f, 1000, 'HUNG'))]);
  expect(r).not.toBe('HUNG');
});

test('a revocation that never ends keeps nobody waiting', async () => {
  const clock = { now: AT };
  const bg: Promise<unknown>[] = [];
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority: scripted(no()),
    ledger: memoryLedger(),
    policy: { mode: 'local-first', liveDeadline: 50 },
    now: () => clock.now,
    defer: (w) => bg.push(w),
    onRevoke: () => new Promise(() => {}),
  });
  await v.verify({ account: 'ana', code: totp(key(), { at: AT }) });
  const r = await Promise.race([v.reconcile(), new Promise((f) => setTimeout(f, 1000, 'HUNG'))]);
  expect(r).not.toBe('HUNG');
});

test('a listener that fails later is no unhandled rejection', async () => {
  const seen: unknown[] = [];
  const on = (e: unknown) => seen.push(e);
  const old = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', on);
  const v = createVerifier({
    credentials: async () => [],
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
    onEvent: async () => {
      throw new Error('log down');
    },
  });
  await v.verify({ account: 'ana', code: '123456' });
  await new Promise((f) => setTimeout(f, 20));
  process.removeListener('unhandledRejection', on);
  for (const l of old) process.on('unhandledRejection', l as never);
  expect(seen).toEqual([]);
});

test('an error that can’t be read is still only a fault', async () => {
  const e = new Error('x');
  Object.defineProperty(e, 'name', {
    get() {
      throw new Error('y');
    },
  });
  const s = stage({
    credentials: async () => {
      throw e;
    },
  });
  await expect(s.type('123456')).resolves.toMatchObject({ accepted: false });
});

test('strangers leave no trace in the ledger', async () => {
  const base = memoryLedger();
  const names = new Set<string>();
  const ledger: Ledger = {
    ...base,
    take: async (a, o) => {
      names.add(a);
      return base.take(a, o);
    },
  };
  const s = stage({ ledger, credentials: async () => [] });
  for (let i = 0; i < 100; i++) await s.type('123456', `x${i}`);
  expect(names.size).toBe(0);
});

test('a row that can’t be claimed stops no other', async () => {
  const base = memoryOutbox();
  let bad = '';
  const s = stage({
    policy: { mode: 'offline' },
    outbox: {
      ...base,
      claim: async (id, c) => {
        if (id === bad) throw new Error('x');
        return base.claim(id, c);
      },
    },
  });
  const a = await s.type(s.code(), 'a');
  const b = await s.type(s.code(), 'b');
  bad = a.id;
  s.clock.now += 300_000;
  await s.verifier.reconcile().catch(() => {});
  expect((await s.outbox.find(b.id))?.settlement).toBe('lapsed');
});

test('a reconciliation that is called off leaves what it did not send', async () => {
  const base = memoryOutbox();
  const gone = new AbortController();
  let arm = false;
  const authority = scripted('down');
  const s = stage({
    authority,
    policy: AF,
    outbox: {
      ...base,
      claim: async (id, c) => {
        const r = await base.claim(id, c);
        if (arm) gone.abort();
        return r;
      },
    },
  });
  const d = await s.type(s.code());
  authority.script = [YES];
  arm = true;
  await s.verifier.reconcile({ signal: gone.signal });
  expect((await s.outbox.find(d.id))?.settlement).toBeUndefined();
});

test('revocations come before questions', async () => {
  const authority = scripted('down');
  const s = stage({ authority, policy: AF });
  await s.type(s.code(), 'good');
  await s.type(s.code(), 'bad');
  authority.script = [
    async () => {
      order.push('asked');
      return YES;
    },
  ];
  const order: string[] = [];
  authority.status = async ({ user }) => (user === 'bad' ? 'suspended' : 'active');
  const push = s.revoked.push.bind(s.revoked);
  s.revoked.push = (...a) => {
    order.push('revoked');
    return push(...a);
  };
  await s.verifier.reconcile();
  expect(order).toEqual(['revoked', 'asked']);
});

test('a dead code is not sent because the clock that judged it was ahead', async () => {
  let now = AT + 3_600_000;
  const clock = createClock({ now: () => now });
  const authority = scripted('down');
  const outbox = memoryOutbox();
  const revoked: unknown[] = [];
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority,
    ledger: memoryLedger(),
    outbox,
    policy: AF,
    clock,
    onRevoke: (r) => void revoked.push(r),
  });
  const d = await v.verify({ account: 'ana', code: totp(key(), { at: now }) });
  expect(d.accepted).toBe(true);
  now = AT + 600_000;
  await clock.trust(); // ten minutes later, the clock put right by an operator
  authority.script = [no()];
  await v.reconcile();
  expect([(await outbox.find(d.id))?.settlement, revoked.length, authority.asked.length]).toEqual([
    'lapsed',
    0,
    1,
  ]);
});

test('a credential that can’t be read costs no attempts', async () => {
  let broken = true;
  const good = keyCredential({ id: 'p', key: key() });
  const s = stage({
    held: [
      {
        ...good,
        verify: async (c, o) => {
          if (broken) throw new Error('x');
          return good.verify(c, o);
        },
      },
    ],
  });
  for (let i = 0; i < 6; i++) {
    s.clock.now += 1000;
    await s.type(s.code());
  }
  broken = false;
  expect(await s.type(s.code())).toMatchObject({ accepted: true });
});

test('a policy changed after it was checked is not changed here', async () => {
  const offline = { uses: 1, hours: 72 };
  const s = stage({ policy: { mode: 'offline', offline } });
  offline.uses = 1000;
  let n = 0;
  for (let i = 0; i < 12; i++) {
    s.clock.now += 30_000;
    if ((await s.type(s.code())).accepted) n++;
  }
  expect(n).toBe(1);
});

test('no hours offline are no uses offline', async () => {
  const s = stage({ policy: { mode: 'offline', offline: { uses: 10, hours: 0 } } });
  expect((await s.type(s.code())).accepted).toBe(false);
});

test('a ledger’s refusal is one whatever else it says', async () => {
  const ledger = {
    ...memoryLedger(),
    take: async () => ({ taken: false, accepted: true, by: 'local', standing: 'confirmed' }),
  } as unknown as Ledger;
  expect((await stage({ ledger }).type('123456')).accepted).toBe(false);
});

test('verifiers of every mode over one ledger accept a code once', async () => {
  const ledger = memoryLedger();
  const outbox = memoryOutbox();
  const a = stage({ ledger, outbox, authority: scripted(YES), policy: AF });
  const b = stage({ ledger, outbox, authority: scripted('down'), policy: AF });
  const c = stage({ ledger, outbox, policy: { mode: 'offline' } });
  const e = stage({ ledger, outbox });
  const code = a.code();
  const all = await Promise.all([...Array(4)].flatMap(() => [a, b, c, e].map((s) => s.type(code))));
  expect(all.filter((d) => d.accepted).length).toBe(1);
});

test('a signal that is none accepts nothing', async () => {
  const s = stage({ authority: scripted(YES), policy: AF });
  await expect(
    s.verifier.verify({ account: 'a', code: s.code(), signal: {} as never }),
  ).resolves.toMatchObject({ accepted: false });
});

test('work that can’t be deferred accepts nothing', async () => {
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority: scripted(YES),
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
    defer: () => {
      throw new Error('too late');
    },
    onRevoke: () => {},
  });
  const d = await v.verify({ account: 'ana', code: totp(key(), { at: Date.now() }) });
  expect(d).toMatchObject({ accepted: false, reason: 'unavailable' });
});

test('a fault names no value, even one posing as a name', async () => {
  const s = stage({
    credentials: async () => {
      throw Object.assign(new Error('x'), { code: '123456', name: 'JBSWY3DPEHPK3PXP' });
    },
  });
  await s.type('123456');
  expect(JSON.stringify(s.events)).not.toMatch(/123456|JBSWY/);
});

test('codes that resynchronized are replayed, and said to be', async () => {
  const s = stage();
  const codes = [
    { code: s.code(0), at: AT },
    { code: s.code(30), at: AT + 30_000 },
  ] as never;
  s.clock.now += 30_000;
  expect(await s.verifier.resynchronize({ account: 'ana', codes })).toMatchObject({
    synchronized: true,
  });
  expect(await s.verifier.resynchronize({ account: 'ana', codes })).toMatchObject({
    reason: 'replayed',
  });
});

test('a code the authority denied gives no attempt back', async () => {
  const s = stage({ authority: scripted(no()), inline: true });
  for (let i = 0; i < 4; i++) await s.type('000000');
  s.clock.now += 1000;
  const d = await s.type(s.code());
  expect(d.accepted).toBe(false);
  expect((await s.ledger.state('ana')).attempts.failures).toBe(5);
});

test('a decision that stays pending for ever lapses', async () => {
  const authority = Object.assign(scripted({ ruling: 'pending', decision: 'x' }), {
    settlement: async () => 'pending' as const,
  });
  const s = stage({ authority, policy: AF });
  const d = await s.type(s.code());
  for (let i = 0; i < 5; i++) {
    s.clock.now += 30 * 86_400_000;
    await s.verifier.reconcile();
  }
  expect((await s.outbox.find(d.id))?.settlement).toBeDefined();
});

test('a seed enrolled twice is used once offline too', async () => {
  const held = ['a', 'b'].map((id) => keyCredential({ id, key: key() }));
  const s = stage({ held, policy: { mode: 'offline' } });
  expect((await s.type(s.code())).accepted).toBe(true);
  expect(await s.type(s.code())).toMatchObject({ accepted: false, reason: 'replayed' });
});

test('an accepted code gives its attempt back where the authority is asked first', async () => {
  const s = stage({ authority: scripted(no(), YES), inline: true });
  expect((await s.type('000000')).accepted).toBe(false);
  expect(await s.type(s.code())).toMatchObject({ accepted: true, step: Math.floor(AT / 30_000) });
  expect((await s.ledger.state('ana')).attempts.failures).toBe(0);
});

test('a code is not asked about when the answer may come after it died', async () => {
  const authority = scripted('down', YES);
  const s = stage({ authority, policy: AF });
  await s.type(s.code());
  // The step ends 15 s after AT, and 60 s later the authority accepts it no more.
  s.clock.now += 74_000;
  expect(await s.verifier.reconcile()).toMatchObject({ lapsed: 1 });
  expect(authority.asked).toHaveLength(1);
});

test('a reconciliation that was called off before it began does nothing', async () => {
  const s = stage({ policy: { mode: 'offline' } });
  await s.type(s.code());
  s.clock.now += 600_000;
  const signal = AbortSignal.abort();
  expect(await s.verifier.reconcile({ signal })).toMatchObject({ lapsed: 0, open: 1 });
});

test('a code nothing held matches is held back for its lifetime, for its account alone', async () => {
  const authority = scripted('ambiguous');
  const s = stage({ authority, held: [] });
  await s.type('1234567', 'ana');
  await s.type('1234567', 'ana');
  await s.type('1234567', 'ben');
  s.clock.now += 300_000;
  await s.type('1234567', 'ana');
  expect(authority.asked.map(({ user }) => user)).toStrictEqual(['ana', 'ben', 'ana']);
});

test('a rehearsal at another time settles as it would have then', async () => {
  const authority = scripted(YES);
  const background: Promise<unknown>[] = [];
  const v = createVerifier({
    credentials: async () => [keyCredential({ id: 'p', key: key() })],
    authority,
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
    defer: (work) => background.push(work),
    onRevoke: () => {},
  });
  const at = Date.UTC(2005, 2, 18);
  const { id } = await v.verify({ account: 'ana', code: totp(key(), { at }), at });
  await Promise.all(background);
  expect(await v.settled(id)).toBe('confirmed');
});

test('of two credentials the newer instant is the one that counts', async () => {
  const held = [
    keyCredential({ id: 'earlier', key: key() }),
    keyCredential({ id: 'later', key: key({ epoch: 30 }) }),
  ];
  const s = stage({ held });
  expect((await s.type(s.code(-30))).accepted).toBe(true);
  expect(s.events).toMatchObject([{ type: 'observed', credential: 'later' }, { type: 'decided' }]);
});

test('a reconciliation that is called off asks after nobody else', async () => {
  const authority = scripted('down');
  const s = stage({ authority, policy: AF });
  await s.type(s.code(), 'ana');
  await s.type(s.code(), 'ben');
  const gone = new AbortController();
  const asked: string[] = [];
  authority.status = async ({ user }) => {
    asked.push(user);
    gone.abort();
    return 'active';
  };
  expect(await s.verifier.reconcile({ signal: gone.signal })).toMatchObject({ open: 2 });
  expect(asked).toStrictEqual(['ana']);
});

test('a question under way is heard out when its reconciliation is called off', async () => {
  const authority = scripted('down');
  const s = stage({ authority, policy: AF });
  const { id } = await s.type(s.code());
  const gone = new AbortController();
  authority.script = [
    async () => {
      gone.abort();
      await Promise.resolve();
      return YES;
    },
  ];
  await s.verifier.reconcile({ signal: gone.signal });
  expect((await s.outbox.find(id))?.settlement).toBe('confirmed');
});

test('a code is good once where its seed was enrolled twice and one clock was learned', async () => {
  let now = AT;
  const fast = 75;
  const estimate = [60, 40, 20].reduce<DriftEstimate | undefined>((known, ago) => {
    const at = AT - ago * 30_000;
    return observe(known, { at, step: Math.floor((at / 1000 + fast) / 30), period: 30 });
  }, undefined);
  const phone = keyCredential({ id: 'phone', key: key(), ...(estimate ? { estimate } : {}) });
  const verifier = createVerifier({
    credentials: async () => [phone, keyCredential({ id: 'again', key: key() })],
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
    now: () => now,
  });
  const code = totp(key(), { at: AT + fast * 1000 });
  const seen: boolean[] = [];
  for (; now < AT + 150_000; now += 15_000) {
    seen.push((await verifier.verify({ account: 'ana', code })).accepted);
  }
  expect(seen).toStrictEqual([true, ...Array(9).fill(false)]);
});
