import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consume, EMPTY_ACCOUNT, giveBack, take } from '../src/account-state.js';
import { DEFAULT_LIMITS } from '../src/attempts.js';
import type { AccountState, Origin, Take } from '../src/ledger.js';
import { AT, no, scripted, stage, YES } from './stage.js';

const SHOP: Origin = { source: '198.51.100.7' };
const STRANGER: Origin = { source: '203.0.113.9' };
const TILL: Origin = { device: 'till' };

/** An account, and what happens to it. */
class Account {
  state: AccountState = EMPTY_ACCOUNT;
  at = AT;

  take(from?: Origin): Take {
    const options = { at: this.at, attempts: DEFAULT_LIMITS, ...(from ? { from } : {}) };
    const { state, result } = take(this.state, options);
    this.state = state;
    return result;
  }

  taken(from?: Origin): number {
    const made = this.take(from);
    if (!made.taken) throw new Error(`refused: ${made.reason}`);
    return made.attempt;
  }

  /** Tries until it is refused, at this one instant. */
  exhaust(from: Origin): number {
    let tries = 0;
    while (this.take(from).taken) tries++;
    return tries;
  }

  accept(attempt: number, step = 1): void {
    const use = { account: 'ana', credential: 'phone', step, at: this.at, attempt };
    this.state = consume(this.state, use).state;
  }
}

const waiting = (retryAfter: number): Take => ({ taken: false, reason: 'throttled', retryAfter });

describe('whose failures count against whom', () => {
  test('a stranger who used up a source leaves the owner theirs', () => {
    const account = new Account();
    expect(account.exhaust(STRANGER)).toBe(5);
    expect(account.exhaust(SHOP)).toBe(5);
  });

  test('strangers from many sources make every source wait, and no registered device', () => {
    const account = new Account();
    const each = Array.from({ length: 6 }, (_, n) => account.exhaust({ source: `10.0.0.${n}` }));
    expect(each).toStrictEqual([5, 5, 5, 5, 0, 0]);
    expect(account.take(SHOP)).toStrictEqual(waiting(30));
    expect(account.exhaust(TILL)).toBe(5);
  });

  test('a hundred failures of strangers lock the account; a device is locked by its own alone', () => {
    const account = new Account();
    const fail = (from: Origin): void => {
      while (account.take(from).taken) {}
      account.at += 3_600_000;
    };
    for (let n = 0; n < 200; n++) fail({ source: `10.0.0.${n}` });
    expect(account.take(SHOP)).toStrictEqual({ taken: false, reason: 'locked' });
    expect(account.state.attempts.failures).toBe(100);
    const failuresOf = () => account.state.meters?.at(-1)?.attempts.failures;
    for (let n = 0; n < 200; n++) fail(TILL);
    expect(account.take(TILL)).toStrictEqual({ taken: false, reason: 'locked' });
    expect(failuresOf()).toBe(100);
    expect(account.take({ device: 'phone' }).taken).toBe(true);
  });

  test('without an origin the account’s own attempts are counted, as by one source', () => {
    const account = new Account();
    for (let n = 0; n < 5; n++) account.taken();
    expect(account.take()).toStrictEqual(waiting(30));
    expect(account.state.meters).toBe(undefined);
  });

  test('an attempt that is refused is counted nowhere', () => {
    const account = new Account();
    account.exhaust(STRANGER);
    const before = account.state;
    for (let n = 0; n < 10; n++) account.take(STRANGER);
    expect(account.state).toBe(before);
    for (let n = 0; n < 3; n++) account.exhaust({ source: `10.0.0.${n}` });
    const full = account.state;
    account.take(SHOP);
    expect(account.state).toStrictEqual(full);
  });
});

describe('what comes back', () => {
  test('the owner’s acceptance ends their failures and the account’s, not a stranger’s', () => {
    const account = new Account();
    account.exhaust(STRANGER);
    for (let n = 0; n < 4; n++) account.taken(SHOP);
    account.accept(account.taken(SHOP));
    expect(account.state.attempts.failures).toBe(0);
    expect(account.take(STRANGER)).toStrictEqual(waiting(30));
    expect(account.exhaust(SHOP)).toBe(5);
  });

  test('a device’s acceptance ends its own failures and forgives nobody else’s', () => {
    const account = new Account();
    for (let n = 0; n < 4; n++) account.exhaust({ source: `10.0.0.${n}` });
    for (let n = 0; n < 4; n++) account.taken(TILL);
    account.accept(account.taken(TILL));
    expect(account.take(SHOP)).toStrictEqual(waiting(30));
    expect(account.state.attempts.failures).toBe(20);
    expect(account.exhaust(TILL)).toBe(5);
  });

  test('an attempt without a ruling comes back wherever it was counted', () => {
    const account = new Account();
    for (const from of [SHOP, TILL]) {
      for (let n = 0; n < 12; n++) {
        account.state = giveBack(account.state, { attempt: account.taken(from) }).state;
      }
    }
    expect(account.state.attempts.failures).toBe(0);
  });

  test('an operator’s unlock opens the account to everybody', () => {
    const account = new Account();
    account.exhaust(STRANGER);
    account.exhaust(TILL);
    account.state = giveBack(account.state, { unlock: true }).state;
    expect([account.exhaust(STRANGER), account.exhaust(TILL)]).toStrictEqual([5, 5]);
  });

  test('no two attempts of an account have one number, whoever makes them', () => {
    const account = new Account();
    const numbers = [SHOP, TILL, STRANGER, TILL, undefined].map((from) => account.taken(from));
    expect(numbers).toStrictEqual([1, 2, 3, 4, 5]);
  });
});

test('sources that went quiet are forgotten; devices that failed are not', () => {
  const account = new Account();
  account.taken(TILL);
  for (let n = 0; n < 1000; n++) {
    account.at += 450_000;
    account.take({ source: `10.0.${n >> 8}.${n & 255}` });
    account.state = giveBack(account.state, { attempt: account.state.attempts.next - 1 }).state;
  }
  expect(account.state.meters?.length).toBeLessThan(5);
  expect(account.state.meters?.map(({ from }) => from)).toContainEqual(TILL);
});

test('a wait begun by a clock that was a year ahead ends within an hour for an origin, too', () => {
  const account = new Account();
  account.at += 365 * 86_400_000;
  account.exhaust(SHOP);
  account.at = AT;
  expect(account.take(SHOP)).toStrictEqual(waiting(3600));
  account.at += 3_600_000;
  expect(account.take(SHOP).taken).toBe(true);
});

test('whatever the order, nobody gets more attempts than theirs', () => {
  const origin = fc.oneof(
    fc.record({ source: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') }),
    fc.record({ device: fc.constantFrom('a', 'b') }),
  );
  const refusals = { source: 0, account: 0, device: 0 };
  fc.assert(
    fc.property(fc.array(origin, { minLength: 20, maxLength: 60 }), (origins) => {
      const account = new Account();
      const taken = new Map<string, number>();
      let ofSources = 0;
      for (const from of origins) {
        const name = JSON.stringify(from);
        const before = taken.get(name) ?? 0;
        const mayTake = before < 5 && ('device' in from || ofSources < 20);
        expect(account.take(from).taken).toBe(mayTake);
        if (!mayTake) refusals['device' in from ? 'device' : before < 5 ? 'account' : 'source']++;
        if (!mayTake) continue;
        taken.set(name, before + 1);
        if ('source' in from) ofSources++;
      }
    }),
  );
  expect(Math.min(...Object.values(refusals))).toBeGreaterThan(10);
});

test('a verifier counts by origin: strangers keep nobody’s till from signing in', async () => {
  const authority = scripted(no());
  const s = stage({ authority, policy: { mode: 'authority-first' } });
  const strange = async (n: number) =>
    s.verifier.verify({ account: 'ana', code: '000000', from: { source: `10.0.0.${n}` } });
  for (let n = 0; n < 25; n++) await strange(n);
  expect(await strange(26)).toMatchObject({ accepted: false, reason: 'throttled' });
  authority.script = [YES];
  const code = s.code();
  expect(await s.verifier.verify({ account: 'ana', code, from: SHOP })).toMatchObject({
    reason: 'throttled',
  });
  expect(await s.verifier.verify({ account: 'ana', code, from: TILL })).toMatchObject({
    accepted: true,
  });
});

test('an origin without a name is nobody’s: nothing is accepted', async () => {
  const s = stage({});
  for (const from of [{}, { source: '' }, { device: 7 }, 'till'] as never[]) {
    expect(await s.verifier.verify({ account: 'ana', code: s.code(), from })).toMatchObject({
      accepted: false,
      reason: 'unavailable',
    });
  }
});
