import { type CodeAt, observe } from '@driftlock/totp-core';
import { describe, expect, test, vi } from 'vitest';
import { createVerifier, keyCredential, memoryLedger, VerifierError } from '../src/index.js';
import { AT, Failure, key, no, scripted, stage, YES } from './stage.js';

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const HOUR = 3_600_000;
const STEP = Math.floor(AT / 30_000);
const OFFSET = { min: expect.any(Number), max: expect.any(Number) };
const provisional = (uses: number, more: object = {}): object => ({
  id: ID,
  accepted: true,
  by: 'local',
  standing: 'provisional',
  step: STEP,
  offset: OFFSET,
  left: { uses, until: AT + 72 * HOUR },
  ...more,
});
const confirmed = (by: 'local' | 'authority', more: object = {}): object => ({
  id: ID,
  accepted: true,
  by,
  standing: 'confirmed',
  step: STEP,
  offset: OFFSET,
  ...more,
});
const rejected = (reason: string, more: object = {}): object => ({
  id: ID,
  accepted: false,
  reason,
  ...more,
});
const unavailable = (more: object = {}): object =>
  rejected('unavailable', { retryAfter: 2, ...more });

describe('own seeds, no authority (row 3)', () => {
  test('a fresh code is confirmed locally, and once', async () => {
    const { type, code } = stage();
    expect(await type(code())).toStrictEqual(confirmed('local'));
    expect(await type(code())).toStrictEqual(rejected('replayed'));
  });

  test('a code used a step late is not valid again in the next step', async () => {
    const { type, code, clock } = stage();
    const late = code(-30);
    expect(await type(late)).toMatchObject({ accepted: true, step: STEP - 1 });
    clock.now += 30_000;
    expect(await type(late)).toStrictEqual(rejected('replayed'));
  });

  test('what a confirmed code showed moves the window', async () => {
    const { verifier, events, clock, ...rest } = stage();
    const at = clock.now;
    const codes = [
      { code: rest.code(-300), at },
      { code: rest.code(-270), at: at + 30_000 },
    ] as const;
    clock.now = at + 30_000;
    expect(await verifier.resynchronize({ account: 'ana', codes: [...codes] })).toMatchObject({
      synchronized: true,
      credential: 'phone',
    });
    const learned = events.find((event) => event.type === 'observed');
    if (learned?.type !== 'observed') throw new Error('nothing was learned');
    const credential = keyCredential({ id: 'phone', key: key(), estimate: learned.estimate });
    clock.now = at + 60_000;
    const informed = stage({ held: [credential] });
    informed.clock.now = clock.now;
    expect(await informed.type(informed.code(-300))).toMatchObject({ accepted: true });
    const uninformed = stage();
    uninformed.clock.now = clock.now;
    expect(await uninformed.type(uninformed.code(-300))).toMatchObject({ reason: 'mismatch' });
  });

  test('an account without a seed is nobody', async () => {
    const { type, code } = stage({ held: [] });
    expect(await type(code())).toStrictEqual(rejected('unknown-user'));
  });

  test('a clock that was set back accepts nothing', async () => {
    const { type, code, clock } = stage();
    await type(code());
    clock.now -= 120_000;
    expect(await type(code())).toMatchObject({ accepted: false });
    clock.now -= 600_000;
    expect((await type(code(900))).accepted).toBe(false);
  });

  test('a clock nobody vouched for accepts nothing where it must be witnessed', async () => {
    const { type, code } = stage({ policy: { clock: 'witnessed' } });
    expect(await type(code())).toStrictEqual(rejected('clock-unsafe'));
  });
});

describe('what a person may type', () => {
  const odd: unknown[] = [
    '',
    '1',
    '12345',
    '123456789',
    ' 287082',
    '287082 ',
    '287 082',
    '+87082',
    '7e9999',
    '0x1234',
    '２８７０８２',
    '٢٨٧٠٨٢',
    '28708２',
    null,
    undefined,
    287082,
    Number.NaN,
    ['287082'],
    {},
    true,
    new String('287082'),
    287082n,
    Symbol('287082'),
    { toString: () => '287082' },
  ];

  test.each(odd.map((code, index) => [index, code]))(
    '%i is malformed, and takes no attempt',
    async (_, code) => {
      const { verifier, ledger } = stage({ authority: scripted(YES) });
      const decision = await verifier.verify({ account: 'ana', code: code as string });
      expect(decision).toStrictEqual(rejected('malformed'));
      expect((await ledger.state('ana')).attempts.failures).toBe(0);
    },
  );

  test('eight digits are malformed where no seed has eight and nobody else could know', async () => {
    expect(await stage().type('12345678')).toStrictEqual(rejected('malformed'));
    const authority = scripted(YES);
    expect(await stage({ authority }).type('12345678')).toMatchObject({ accepted: true });
  });

  test('an instant that is none is the caller’s error', async () => {
    const { verifier } = stage();
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e16, '0' as unknown as number]) {
      await expect(verifier.verify({ account: 'ana', code: '287082', at })).rejects.toMatchObject({
        name: 'VerifierError',
        code: 'ERR_INSTANT',
      });
    }
  });
});

describe('local-first', () => {
  test('is provisional at once and confirmed by the authority a moment later (row 12)', async () => {
    const authority = scripted(YES);
    const { type, code, verifier, background, events, ledger } = stage({ authority });
    const decision = await type(code());
    expect(decision).toStrictEqual(provisional(9));
    await Promise.all(background);
    expect(await verifier.settled(decision.id)).toBe('confirmed');
    expect(authority.asked).toStrictEqual([{ user: 'ana', code: code(), id: decision.id }]);
    expect((await ledger.state('ana')).uses).toStrictEqual([]);
    expect(events.map(({ type }) => type)).toStrictEqual(['decided', 'settled', 'observed']);
  });

  test('asks before it answers where nothing can run in the background', async () => {
    const { type, code } = stage({ authority: scripted(YES), inline: true });
    expect(await type(code())).toStrictEqual(confirmed('authority'));
    const denied = stage({ authority: scripted(no('suspended')), inline: true });
    expect(await denied.type(denied.code())).toStrictEqual(rejected('suspended'));
    expect(denied.revoked).toStrictEqual([]);
    const lost = stage({ authority: scripted('ambiguous'), inline: true });
    expect(await lost.type(lost.code())).toStrictEqual(provisional(9));
  });

  test.each([
    [no('mismatch'), 'contradicted'],
    [no('suspended'), 'contradicted'],
    [no('unknown-user'), 'contradicted'],
    [no('reused'), 'contradicted'],
    ['ambiguous', 'ambiguous'],
    ['refused', 'lapsed'],
  ] as const)('after %j settles %s', async (said, settlement) => {
    const { type, code, verifier, background, revoked, ledger } = stage({
      authority: scripted(said),
    });
    const decision = await type(code());
    await Promise.all(background);
    expect(await verifier.settled(decision.id)).toBe(settlement);
    const contradicted = settlement === 'contradicted';
    expect(revoked).toStrictEqual(contradicted ? [{ id: decision.id, account: 'ana' }] : []);
    expect((await ledger.state('ana')).latch !== undefined).toBe(contradicted);
    expect((await ledger.state('ana')).uses).toHaveLength(1);
  });

  test('a contradicted account accepts nothing locally until the authority says yes', async () => {
    const authority = scripted(no('suspended'));
    const { type, code, clock, background, ledger } = stage({ authority });
    await type(code(-30));
    await Promise.all(background);
    expect(await type(code())).toStrictEqual(rejected('suspended'));
    authority.script = ['down'];
    clock.now += 30_000;
    expect(await type(code())).toStrictEqual(unavailable());
    authority.script = [YES];
    expect(await type(code())).toMatchObject({ accepted: true, by: 'authority' });
    expect((await ledger.state('ana')).latch).toBeUndefined();
    expect((await ledger.state('ana')).uses).toStrictEqual([]);
  });

  test('what was learned of a slow phone explains, and accepts nothing', async () => {
    const at = AT;
    const learned = observe(undefined, { at, step: STEP - 10, period: 30 });
    const held = [keyCredential({ id: 'phone', key: key(), estimate: learned })];
    const { type, code } = stage({ held, authority: scripted('down') });
    expect(await type(code(-300))).toMatchObject({ accepted: false, reason: 'unavailable' });
    const own = stage({ held });
    expect(await own.type(own.code(-300))).toMatchObject({ accepted: true });
  });

  test('an outage locks nobody out until the offline uses are spent, and a yes refills them', async () => {
    const authority = scripted('down');
    const policy = { offline: { uses: 2, hours: 72 } };
    const { type, code, clock, verifier } = stage({ authority, policy });
    expect(await type(code())).toMatchObject({ standing: 'provisional', left: { uses: 1 } });
    clock.now += 30_000;
    expect(await type(code())).toMatchObject({ standing: 'provisional', left: { uses: 0 } });
    clock.now += 30_000;
    expect(await type(code())).toStrictEqual(unavailable());
    authority.script = [YES];
    expect(await type(code())).toMatchObject({ by: 'authority', standing: 'confirmed' });
    clock.now += 30_000;
    authority.script = ['down'];
    expect(await type(code())).toMatchObject({ standing: 'provisional', left: { uses: 1 } });
    await verifier.reconcile();
  });

  test('offline uses end 72 hours after the oldest unconfirmed one', async () => {
    const { type, code, clock } = stage({ authority: scripted('down') });
    await type(code());
    clock.now += 72 * HOUR;
    expect(await type(code())).toStrictEqual(unavailable());
  });

  test.each([
    // The code was read in the middle of its step, and lives for two more.
    ['mismatch', 74_999, 'contradicted'],
    ['mismatch', 75_000, 'ambiguous'],
    ['reused', 75_000, 'contradicted'],
    ['suspended', 75_000, 'contradicted'],
    ['unknown-user', 75_000, 'contradicted'],
  ] as const)('"%s" heard %i ms after it was typed is %s', async (reason, asleep, settlement) => {
    const authority = scripted('down');
    const { verifier, type, code, clock, revoked } = stage({ authority });
    const { id } = await type(code());
    // The lid is closed as the question leaves, and opened again.
    authority.script = [
      async () => {
        clock.now += asleep;
        return no(reason);
      },
    ];
    expect(await verifier.settled(id)).toBe(settlement);
    expect(revoked.length).toBe(settlement === 'contradicted' ? 1 : 0);
  });

  test('a late "mismatch" is a plain rejection to whoever still waits', async () => {
    const authority = scripted(no());
    const { type, code, clock } = stage({ authority, inline: true });
    authority.script = [
      async () => {
        clock.now += 75_000;
        return no();
      },
    ];
    expect(await type(code())).toStrictEqual(rejected('mismatch'));
  });

  test('"reused" after a question that may have arrived is ambiguous, not a contradiction', async () => {
    const authority = scripted('down', no('reused'));
    const { type, code, verifier, background } = stage({ authority });
    const decision = await type(code());
    await Promise.all(background);
    expect(await verifier.reconcile()).toMatchObject({ ambiguous: 1, open: 0 });
    expect(await verifier.settled(decision.id)).toBe('ambiguous');
  });
});

describe('the authority’s yes to a code nothing held matches (row 4)', () => {
  test('is an acceptance for an account without a seed', async () => {
    const { type, ledger } = stage({ authority: scripted(YES), held: [] });
    expect(await type('1234567')).toStrictEqual({
      id: ID,
      accepted: true,
      by: 'authority',
      standing: 'confirmed',
    });
    const state = await ledger.state('ana');
    expect(state.attempts.failures).toBe(0);
    expect(state.latch).toBeUndefined();
  });

  test('consumes the step of a slow phone, so that it is not valid again', async () => {
    const { type, code, ledger } = stage({ authority: scripted(YES) });
    expect(await type(code(-240))).toMatchObject({ accepted: true, by: 'authority' });
    expect((await ledger.state('ana')).last).toStrictEqual({ phone: STEP - 8 });
    expect(await type(code(-240))).toMatchObject({ accepted: false, reason: 'replayed' });
  });

  test('is refused with an alarm where the code was used here before', async () => {
    const { type, code, clock, events } = stage({ authority: scripted(YES) });
    const used = code();
    await type(used);
    clock.now += 180_000;
    expect(await type(used)).toStrictEqual(rejected('replayed'));
    expect(events.filter(({ type }) => type === 'alarm')).toMatchObject([
      { alarm: 'replay-after-yes' },
    ]);
  });

  test('is refused even where our clock has moved away from the time it was used', async () => {
    const authority = scripted('down');
    const { type, code, clock } = stage({ authority });
    const used = code();
    expect(await type(used)).toMatchObject({ standing: 'provisional' });
    authority.script = [YES];
    clock.now += 3_600_000;
    expect(await type(used)).toStrictEqual(rejected('replayed'));
  });

  test('latches an account whose seed should have known the code', async () => {
    const { type, ledger, events } = stage({ authority: scripted(YES) });
    const stranger = stage({ params: { algorithm: 'SHA256' } });
    for (const offset of [0, 30]) {
      expect(await type(stranger.code(offset))).toMatchObject({ accepted: true, by: 'authority' });
      expect((await ledger.state('ana')).latch?.at).toBe(AT);
    }
    expect(events.map(({ type }) => type)).toStrictEqual([
      'latched',
      'decided',
      'latched',
      'decided',
    ]);
  });

  test('uses up a code read by a clock hours off ours, and learns nothing from it', async () => {
    const authority = scripted(YES);
    const { type, code, clock, ledger, events } = stage({ authority });
    const [first, second] = [code(7200), code(7230)];
    for (const typed of [first, second]) {
      expect(await type(typed)).toMatchObject({ accepted: true, by: 'authority' });
    }
    expect(events.map(({ type }) => type)).not.toContain('observed');
    expect((await ledger.state('ana')).latch?.at).toBe(AT);
    clock.now += 7_200_000;
    expect(await type(first)).toStrictEqual(rejected('replayed'));
    expect(await type(second)).toStrictEqual(rejected('replayed'));
    expect(authority.asked).toHaveLength(2);
  });
});

describe('what the authority denies', () => {
  test('names the slow phone, more surely with the second code (row 5)', async () => {
    const { type, code, clock } = stage({ authority: scripted(no()) });
    const first = await type(code(-240));
    expect(first).toMatchObject({
      accepted: false,
      reason: 'mismatch',
      diagnosis: { verdict: 'device-slow', evidence: 1 },
    });
    clock.now += 30_000;
    const second = await type(code(-240));
    expect(second).toMatchObject({
      reason: 'mismatch',
      diagnosis: { verdict: 'device-slow', certainty: 'certain', evidence: 2 },
    });
    if (second.accepted || !second.diagnosis?.offset) throw new Error('no offset');
    const { min, max } = second.diagnosis.offset;
    expect(min).toBeLessThanOrEqual(-240);
    expect(max).toBeGreaterThanOrEqual(-240);
    expect(max - min).toBeLessThanOrEqual(62);
  });

  test('the same refused code twice is no second evidence', async () => {
    const { type, code } = stage({ authority: scripted(no()) });
    const slow = code(-240);
    await type(slow);
    expect(await type(slow)).toMatchObject({ diagnosis: { evidence: 1 } });
  });

  test('a local mismatch costs its attempt even when nobody could be asked (row 6)', async () => {
    const { type, ledger } = stage({ authority: scripted('down') });
    expect(await type('000000')).toMatchObject({ reason: 'unavailable' });
    expect((await ledger.state('ana')).attempts.failures).toBe(1);
  });

  test('without a seed, and without a ruling, nothing was guessed and no attempt is lost', async () => {
    const { type, ledger } = stage({ authority: scripted('down'), held: [] });
    expect(await type('000000')).toStrictEqual(unavailable());
    expect((await ledger.state('ana')).attempts.failures).toBe(0);
  });
});

describe('authority-first', () => {
  const policy = { mode: 'authority-first' } as const;

  test('confirms what both say, and teaches what the code showed (row 8)', async () => {
    const { type, code, events } = stage({ policy, authority: scripted(YES) });
    expect(await type(code())).toStrictEqual(confirmed('authority'));
    expect(events.map(({ type }) => type)).toStrictEqual(['observed', 'decided']);
  });

  test('rejects, alarms and latches what the authority denies (row 8)', async () => {
    const { type, code, ledger, events } = stage({ policy, authority: scripted(no()) });
    expect(await type(code())).toStrictEqual(rejected('mismatch'));
    expect((await ledger.state('ana')).latch?.at).toBe(AT);
    expect(events.map(({ type }) => type)).toStrictEqual(['alarm', 'latched', 'decided']);
  });

  test('is provisional when the authority is down (row 9), and asks again when it is back', async () => {
    const authority = scripted('down', YES);
    const { type, code, verifier } = stage({ policy, authority });
    const decision = await type(code());
    expect(decision).toStrictEqual(provisional(9));
    expect(await verifier.settled(decision.id)).toBe('confirmed');
  });

  test('"reused" after an outage that may have hidden an arrival is ambiguous', async () => {
    const { type, code, verifier, revoked } = stage({
      policy,
      authority: scripted('down', no('reused')),
    });
    const { id } = await type(code());
    expect(await verifier.settled(id)).toBe('ambiguous');
    expect(revoked).toStrictEqual([]);
  });

  test('does not even ask about a step that is remembered as used (row 2)', async () => {
    const authority = scripted(YES);
    const { type, code, clock, ledger } = stage({ policy, authority });
    const step = STEP + 20;
    const begins = step * 30_000;
    const use = { account: 'ana', credential: 'phone', step, begins, ends: begins + 30_000 };
    expect(await ledger.consume({ ...use, at: AT })).toBe('first');
    clock.now = begins;
    expect(await type(code())).toStrictEqual(rejected('replayed'));
    expect(authority.asked).toStrictEqual([]);
  });

  test('never sends a code again whose reply was lost (row 10)', async () => {
    const authority = scripted('ambiguous', YES);
    const { type, code, verifier } = stage({ policy, authority });
    const decision = await type(code());
    expect(decision).toStrictEqual(provisional(9));
    expect(await verifier.settled(decision.id)).toBe('ambiguous');
    await verifier.reconcile();
    expect(authority.asked).toHaveLength(1);
  });

  test('asks again where the authority can tell a repeat from a reuse (row 10)', async () => {
    const authority = Object.assign(scripted('ambiguous', YES), { repeatable: true });
    const { type, code, verifier } = stage({ policy, authority });
    const decision = await type(code());
    expect(await verifier.settled(decision.id)).toBe('confirmed');
    expect(authority.asked.map(({ id }) => id)).toStrictEqual(
      [decision.id, decision.id, decision.id].slice(0, authority.asked.length),
    );
  });

  test.each([
    ['refused'],
    ['broken'],
    [{ ruling: 'perhaps' }],
    [{ ruling: 'invalid' }],
    [null],
    [undefined],
  ])(
    'gives no local yes to a flood of refusals or an answer that is none (row 11): %j',
    async (said) => {
      const broken = async (): Promise<never> => Promise.reject(new Error('kind unknown'));
      const answers = said === 'broken' ? broken : async () => said as never;
      const authority = scripted(said === 'refused' ? said : answers);
      const { type, code, ledger } = stage({ policy, authority });
      expect(await type(code())).toStrictEqual(unavailable());
      const { uses, latch } = await ledger.state('ana');
      expect({ uses, latch }).toStrictEqual({ uses: [], latch: undefined });
    },
  );

  test('a pending authority is no yes, and its settlement becomes ours (row 11b)', async () => {
    const authority = scripted({ ruling: 'pending', decision: 'theirs' });
    const settlements = ['pending', 'contradicted'] as const;
    let polls = 0;
    authority.settlement = async ({ decision }) => {
      expect(decision).toBe('theirs');
      return settlements[Math.min(polls++, 1)] ?? 'pending';
    };
    const { type, code, verifier, revoked } = stage({ policy, authority });
    const decision = await type(code());
    expect(decision).toStrictEqual(provisional(9));
    expect(await verifier.reconcile()).toMatchObject({ open: 1 });
    expect(await verifier.settled(decision.id)).toBe('contradicted');
    expect(revoked).toHaveLength(1);
    expect(authority.asked).toHaveLength(1);
  });

  test('a pending yes restores nothing that was used after its question', async () => {
    const authority = scripted({ ruling: 'pending', decision: 'theirs' }, 'down');
    authority.settlement = async () => 'confirmed';
    const { type, code, verifier, clock, ledger } = stage({ policy, authority });
    const first = await type(code());
    clock.now += 30_000;
    const second = await type(code());
    expect(await verifier.settled(first.id)).toBe('confirmed');
    expect((await ledger.state('ana')).uses).toStrictEqual([{ id: second.id, at: AT + 30_000 }]);
  });

  test.each([
    ['refused', { lapsed: 1, open: 0 }],
    ['down', { lapsed: 0, open: 1 }],
    ['ambiguous', { lapsed: 0, open: 1 }],
  ] as const)(
    'a pending decision that can’t be asked after (%s) leads to %j',
    async (kind, counts) => {
      const authority = scripted({ ruling: 'pending', decision: 'theirs' });
      authority.settlement = async () => {
        throw new Failure(kind);
      };
      const { type, code, verifier } = stage({ policy, authority });
      await type(code());
      expect(await verifier.reconcile()).toMatchObject(counts);
    },
  );

  test('an authority that is down is asked about one decision, not about all of them', async () => {
    const authority = scripted('down');
    const { type, code, verifier, clock } = stage({ policy, authority });
    for (let n = 0; n < 3; n++) {
      await type(code());
      clock.now += 30_000;
    }
    const before = authority.asked.length;
    expect(await verifier.reconcile()).toMatchObject({ lapsed: 1, open: 2 });
    expect(authority.asked.length - before).toBe(1);
  });

  test('an authority that never answers is ambiguous when the deadline has passed', async () => {
    const authority = scripted(() => new Promise(() => {}));
    const { type, code } = stage({ policy: { ...policy, liveDeadline: 5 }, authority });
    expect(await type(code())).toMatchObject({ standing: 'provisional' });
  });

  test('nothing that was waited for is still timed once it has answered, or failed', async () => {
    vi.useFakeTimers();
    try {
      const { type, code, ledger } = stage({ policy, authority: scripted(YES, 'down') });
      await type(code());
      await type(code(30));
      await type('000000');
      ledger.state = async () => Promise.reject(new Error('disk full'));
      ledger.take = async () => Promise.reject(new Error('disk full'));
      expect(await type(code(-30))).toStrictEqual(unavailable());
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a caller that has gone before anything was sent asks nobody', async () => {
    const authority = scripted(YES);
    const { verifier, code } = stage({ policy, authority });
    const signal = AbortSignal.abort();
    const decision = await verifier.verify({ account: 'ana', code: code(), signal });
    expect(decision).toStrictEqual(unavailable());
    expect(authority.asked).toStrictEqual([]);
  });
});

describe('offline', () => {
  const policy = { mode: 'offline' } as const;

  test('is provisional while uses are left, and asks nobody (row 13)', async () => {
    const authority = scripted(YES);
    const { type, code, outbox } = stage({ policy, authority });
    expect(await type(code())).toStrictEqual(provisional(9));
    expect(authority.asked).toStrictEqual([]);
    expect((await outbox.open()).map((row) => 'code' in row)).toStrictEqual([false]);
    expect(await type('000000')).toMatchObject({ reason: 'mismatch' });
  });

  test('a user found suspended afterwards is contradicted and revoked', async () => {
    const authority = scripted(YES);
    const { type, code, verifier, revoked, ledger } = stage({ policy, authority });
    const decision = await type(code());
    authority.userStatus = 'down';
    expect(await verifier.reconcile()).toMatchObject({ open: 1 });
    authority.userStatus = 'suspended';
    expect(await verifier.reconcile()).toMatchObject({ contradicted: 1, open: 0 });
    expect(revoked).toStrictEqual([{ id: decision.id, account: 'ana' }]);
    expect((await ledger.state('ana')).latch?.at).toBe(AT);
  });

  test('what nobody could be asked about in time lapses', async () => {
    const { type, code, verifier, clock } = stage({ policy });
    const decision = await type(code());
    expect(await verifier.reconcile()).toMatchObject({ open: 1 });
    clock.now += 91_000;
    expect(await verifier.reconcile()).toMatchObject({ lapsed: 1 });
    expect(await verifier.settled(decision.id)).toBe('lapsed');
  });
});

describe('several credentials', () => {
  const other = new TextEncoder().encode('another seed of twenty');

  test('all are asked; valid beats replayed, and digit counts keep apart what can’t match', async () => {
    const held = [
      keyCredential({ id: 'app', key: key({ digits: 7, period: 10 }) }),
      keyCredential({ id: 'phone', key: key() }),
      keyCredential({ id: 'tablet', key: key({}, other) }),
    ];
    const { type, ledger } = stage({ held });
    const app = stage({ params: { digits: 7, period: 10 } });
    const phone = stage();
    expect(await type(phone.code())).toMatchObject({ accepted: true });
    expect(await type(app.code(20))).toMatchObject({ accepted: true, step: AT / 10_000 + 1.5 });
    expect((await ledger.state('ana')).last).toStrictEqual({ phone: STEP, app: AT / 10_000 + 1.5 });
    expect(await type(phone.code())).toStrictEqual(rejected('replayed'));
  });
});

describe('one code, many times at once', () => {
  test.each(['local-first', 'authority-first'] as const)('is accepted once, %s', async (mode) => {
    const attempts = { limit: 200, per: 900, lock: 300 };
    const { type, code } = stage({ authority: scripted(YES), policy: { mode, attempts } });
    const decisions = await Promise.all(Array.from({ length: 100 }, () => type(code())));
    expect(decisions.filter(({ accepted }) => accepted)).toHaveLength(1);
    const refused = decisions.filter((decision) => !decision.accepted);
    expect(refused.every((decision) => !decision.accepted && decision.reason === 'replayed')).toBe(
      true,
    );
  });
});

describe('a world that is broken', () => {
  const broken = async (): Promise<never> => {
    throw Object.assign(new Error('the store said 287082'), { code: 'EIO' });
  };

  test.each(['take', 'consume', 'state'] as const)(
    'a ledger whose %s fails accepts nothing, and says so without data',
    async (method) => {
      const ledger = { ...memoryLedger(), [method]: broken };
      const { type, code, events } = stage({ ledger, authority: scripted(YES) });
      const decision = await type(code());
      expect(decision).toStrictEqual(unavailable());
      expect(events[0]).toStrictEqual({
        type: 'fault',
        id: decision.id,
        account: 'ana',
        at: AT,
        error: { name: 'Error', code: 'EIO' },
      });
    },
  );

  test('a ledger that never answers accepts nothing', async () => {
    const ledger = { ...memoryLedger(), consume: () => new Promise<never>(() => {}) };
    const { type, code } = stage({ ledger, policy: { liveDeadline: 5 } });
    expect(await type(code())).toStrictEqual(rejected('unavailable', { retryAfter: 1 }));
  });

  test('credentials or a user that can’t be read accept nothing', async () => {
    const { code } = stage();
    expect(await stage({ credentials: broken }).type(code())).toStrictEqual(unavailable());
    const lost = stage({ authority: scripted(YES), user: broken });
    expect(await lost.type(code())).toStrictEqual(unavailable());
    const nobody = stage({ authority: scripted(YES), user: async () => undefined });
    expect(await nobody.type(code())).toStrictEqual(rejected('unknown-user'));
  });

  test('an outbox that can’t keep a provisional decision makes it none', async () => {
    const outbox = { ...stage().outbox, add: broken };
    const { type, code } = stage({ outbox, authority: scripted(YES) });
    expect(await type(code())).toStrictEqual(unavailable());
  });

  test('a mode that can return a provisional decision needs somebody who revokes it', () => {
    const bare = { credentials: async () => [], ledger: memoryLedger() };
    const authority = scripted(YES);
    for (const mode of ['local-first', 'authority-first', 'offline'] as const) {
      const made = (): unknown => createVerifier({ ...bare, authority, policy: { mode } });
      expect(made).toThrowError(expect.objectContaining({ code: 'ERR_POLICY' }));
    }
    expect(() => createVerifier({ ...bare, policy: { mode: 'offline' } })).toThrowError('onRevoke');
    expect(() => createVerifier({ ...bare, policy: { mode: 'local-first' } })).not.toThrow();
  });

  test('a listener that fails changes no decision', async () => {
    const phone = key();
    const verifier = createVerifier({
      credentials: async () => [keyCredential({ id: 'phone', key: phone })],
      ledger: memoryLedger(),
      policy: { mode: 'local-first' },
      now: () => AT,
      onEvent: () => {
        throw new Error('the listener’s own');
      },
    });
    const code = stage().code();
    expect(await verifier.verify({ account: 'ana', code })).toStrictEqual(confirmed('local'));
  });

  test('a policy that can’t be carried out is refused, naming the field', () => {
    for (const [policy, field] of [
      [{ mode: 'sometimes' as never }, 'mode'],
      [{ offline: { uses: 11, hours: 72 } }, 'offline.uses'],
      [{ offline: { uses: 1, hours: 73 } }, 'offline.hours'],
      [{ attempts: { limit: 0, per: 900, lock: 100 } }, 'attempts.limit'],
      [{ liveDeadline: Number.NaN }, 'liveDeadline'],
      [{ tolerance: { backward: -1, forward: 0 } }, 'tolerance.backward'],
      [{ clock: 'yes' as never }, 'clock'],
    ] as const) {
      expect(() => stage({ policy })).toThrowError(`policy.${field}`);
      expect(() => stage({ policy })).toThrowError(VerifierError);
    }
  });
});

describe('the operator', () => {
  test('has attempts explained on a meter of their own', async () => {
    const { verifier, code, ledger } = stage();
    const slow = code(-7200);
    for (let n = 0; n < 5; n++) {
      expect(await verifier.diagnose({ account: 'ana', code: slow })).toMatchObject({
        diagnosed: true,
        credential: 'phone',
        diagnosis: { verdict: 'device-slow' },
      });
    }
    expect(await verifier.diagnose({ account: 'ana', code: slow })).toStrictEqual({
      diagnosed: false,
      reason: 'throttled',
      retryAfter: 30,
    });
    expect((await ledger.state('ana')).attempts.failures).toBe(0);
  });

  test('is throttled in explanations, never locked out of them', async () => {
    const policy = { attempts: { limit: 10, per: 900, lock: 3 } };
    const { verifier, code } = stage({ policy });
    for (let n = 0; n < 6; n++) {
      const explained = await verifier.diagnose({ account: 'ana', code: code(-7200) });
      expect(explained.diagnosed).toBe(true);
    }
  });

  test('resynchronizes by two codes, neither of which is valid again', async () => {
    const { verifier, code, clock, type } = stage();
    const first = { code: code(-60), at: clock.now };
    clock.now += 30_000;
    const second = { code: code(-60), at: clock.now };
    const codes: [typeof first, typeof second] = [first, second];
    expect(await verifier.resynchronize({ account: 'ana', codes })).toMatchObject({
      synchronized: true,
      step: STEP - 1,
    });
    expect(await type(second.code)).toStrictEqual(rejected('replayed'));
    expect(await verifier.resynchronize({ account: 'ana', codes })).toMatchObject({
      synchronized: false,
    });
  });

  test('two wrong codes are a mismatch, whatever other lengths the account has codes of', async () => {
    const held = [6, 7, 8].map((digits) =>
      keyCredential({ id: `${digits}`, key: key({ digits: digits as 6 }) }),
    );
    for (const order of [held, held.toReversed()]) {
      for (const [typed, reason] of [
        [['0000000', '1111111'], 'mismatch'],
        [['0000000', '0000000'], 'same-code'],
        [['00000', '11111'], 'malformed'],
      ] as const) {
        const { verifier } = stage({ held: order });
        const codes = typed.map((code) => ({ code, at: AT })) as [CodeAt, CodeAt];
        expect(await verifier.resynchronize({ account: 'ana', codes })).toStrictEqual({
          synchronized: false,
          reason,
        });
      }
    }
  });

  test('a phone an hour fast resynchronizes without locking out the present', async () => {
    const { verifier, code, clock, ledger } = stage();
    const first = { code: code(3600), at: clock.now };
    clock.now += 30_000;
    const second = { code: code(3600), at: clock.now };
    const codes: [typeof first, typeof second] = [first, second];
    const { synchronized } = await verifier.resynchronize({ account: 'ana', codes });
    expect(synchronized).toBe(true);
    const { last, ahead } = await ledger.state('ana');
    expect(last).toStrictEqual({});
    expect(ahead.map(({ step }) => step)).toStrictEqual([STEP + 120, STEP + 121]);
    expect((await verifier.verify({ account: 'ana', code: code() })).accepted).toBe(true);
  });
});
