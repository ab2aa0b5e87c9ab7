import { describe, expect, test } from 'vitest';
import {
  createVerifier,
  type Ledger,
  makeRecoveryCodes,
  memoryLedger,
  type RecoverySet,
  type Verifier,
  type VerifierEvent,
} from '../src/index.js';
import { AT } from './stage.js';

const { codes, set } = await makeRecoveryCodes('ana');
const [first = '', second = ''] = codes;

interface Table {
  verifier: Verifier;
  ledger: Ledger;
  events: VerifierEvent[];
  clock: { now: number };
  type(code: unknown): ReturnType<Verifier['recover']>;
}

function table(sets: Record<string, RecoverySet> = { ana: set }, ledger = memoryLedger()): Table {
  const events: VerifierEvent[] = [];
  const clock = { now: AT };
  const verifier = createVerifier({
    credentials: async () => [],
    recovery: async (account) => sets[account],
    ledger,
    policy: { mode: 'local-first' },
    now: () => clock.now,
    onEvent: (event) => events.push(event),
  });
  const type = (code: unknown) => verifier.recover({ account: 'ana', code: code as string });
  return { verifier, ledger, events, clock, type };
}

const refused = (reason: string) => ({ id: expect.any(String), accepted: false, reason });

test('ten codes of 80 bits are made, and what is stored holds none of them', () => {
  expect(codes.length).toBe(10);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
  const stored = JSON.stringify(set);
  for (const code of codes) {
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(code.replaceAll('-', ''));
  }
});

describe('a recovery code', () => {
  test('is good once, however it is typed, and its event says so', async () => {
    const { type, events } = table();
    const typed = ` ${first.toLowerCase().replaceAll('-', ' ')}`;
    const decision = await type(typed);
    expect(decision).toStrictEqual({
      id: expect.any(String),
      accepted: true,
      by: 'local',
      standing: 'confirmed',
    });
    expect(events).toStrictEqual([{ account: 'ana', at: AT, type: 'decided', decision }]);
    expect(await type(first)).toStrictEqual(refused('replayed'));
    expect(await type(second)).toMatchObject({ accepted: true });
  });

  test('has one winner of two hundred that type it at once', async () => {
    const { verifier } = table();
    const typed = Array.from({ length: 200 }, (_, n) =>
      verifier.recover({ account: 'ana', code: first, from: { source: `10.0.0.${n}` } }),
    );
    const decisions = await Promise.all(typed);
    expect(decisions.filter((one) => one.accepted).length).toBe(1);
  });

  test('is nobody else’s, even where their stored codes were copied', async () => {
    const { verifier } = table({ ben: set });
    expect(await verifier.recover({ account: 'ben', code: first })).toStrictEqual(
      refused('mismatch'),
    );
    expect(await verifier.recover({ account: 'ana', code: first })).toStrictEqual(
      refused('mismatch'),
    );
  });

  test('is refused while the account is latched, and not used up by it', async () => {
    const { type, ledger } = table();
    await ledger.latch('ana', { latched: true, id: 'x', at: AT });
    for (let n = 0; n < 7; n++) expect(await type(first)).toStrictEqual(refused('unavailable'));
    await ledger.latch('ana', { latched: false, seen: 'x' });
    expect(await type(first)).toMatchObject({ accepted: true });
  });

  test('is refused by a clock that was set back', async () => {
    const { type, clock } = table();
    await type('A'.repeat(16));
    clock.now -= 120_000;
    for (let n = 0; n < 7; n++) expect(await type(first)).toStrictEqual(refused('clock-unsafe'));
  });

  test('shares the attempts that typed codes have, and ends their run', async () => {
    const { type, verifier, ledger } = table();
    for (let n = 0; n < 3; n++) await type('A'.repeat(16));
    await type(first);
    expect((await ledger.state('ana')).attempts.failures).toBe(0);
    for (let n = 0; n < 5; n++) await type('A'.repeat(16));
    expect(await type(second)).toMatchObject({ accepted: false, reason: 'throttled' });
    const from = { device: 'till' };
    expect(await verifier.recover({ account: 'ana', code: second, from })).toMatchObject({
      accepted: true,
    });
  });
});

test.each([
  undefined,
  null,
  7,
  '',
  '123456',
  first.slice(1),
  `${first}AA`,
  first.replace(/^./, '0'),
  first.replace(/^./, 'é'),
  'A'.repeat(100_000),
])('what can be no recovery code is malformed, and costs no attempt (%#)', async (code) => {
  const { type, ledger } = table();
  expect(await type(code)).toStrictEqual(refused('malformed'));
  expect((await ledger.state('ana')).attempts.next).toBe(1);
});

test('a store or a ledger that does not answer accepts nothing', async () => {
  const failing = async (): Promise<never> => {
    throw new Error('no answer');
  };
  const broken: Ledger[] = [
    { ...memoryLedger(), take: failing },
    { ...memoryLedger(), consume: failing },
  ];
  for (const ledger of broken) {
    const { type } = table({ ana: set }, ledger);
    expect(await type(first)).toMatchObject({ accepted: false, reason: 'unavailable' });
  }
  const verifier = createVerifier({
    credentials: async () => [],
    recovery: failing,
    ledger: memoryLedger(),
    policy: { mode: 'local-first' },
  });
  expect(await verifier.recover({ account: 'ana', code: first })).toMatchObject({
    accepted: false,
    reason: 'unavailable',
  });
});
