import { describe, expect, test } from 'vitest';
import { EMPTY_ACCOUNT } from '../src/account-state.js';
import type { AccountState } from '../src/ledger.js';
import { ledgerOver } from '../src/ledger-over.js';
import { memoryLedger } from '../src/memory-ledger.js';
import { memoryOutbox } from '../src/memory-outbox.js';
import { ledgerChecks, outboxChecks, testLedger, testOutbox } from '../src/testing.js';

describe('the memory ledger', () => {
  test.each(ledgerChecks)('$name', ({ run }) => run(() => memoryLedger()));
});

describe('the memory outbox', () => {
  test.each(outboxChecks)('$name', ({ run }) => run(() => memoryOutbox()));

  test('forgets the oldest settled rows beyond what it keeps', async () => {
    const outbox = memoryOutbox({ keep: 1 });
    const row = {
      account: 'ana',
      user: '1',
      credential: 'phone',
      step: 1,
      at: 0,
      decidedAt: 0,
      deadline: 0,
      sent: 'no',
      retried: false,
    } as const;
    for (const id of ['a', 'b']) {
      await outbox.add({ ...row, id });
      await outbox.settle(id, 'lapsed', 1);
    }
    expect(await outbox.find('a')).toBeUndefined();
    expect((await outbox.find('b'))?.settlement).toBe('lapsed');
  });
});

describe('the kits themselves', () => {
  test('pass whole on what passes check by check', async () => {
    await testLedger(() => memoryLedger());
    await testOutbox(() => memoryOutbox());
  });

  test('catch a ledger that reads, yields, then writes', async () => {
    const racy = () => {
      const accounts = new Map<string, AccountState>();
      return ledgerOver(async (name, reduce) => {
        const before = accounts.get(name) ?? EMPTY_ACCOUNT;
        await Promise.resolve();
        const { state, result } = reduce(before);
        accounts.set(name, state);
        return result;
      });
    };
    await expect(testLedger(racy)).rejects.toThrow(/a hundred parallel consumes/);
    await expect(testLedger(racy)).rejects.toThrow(/parallel reservations/);
    await expect(testLedger(racy)).rejects.toThrow(/parallel attempts/);
  });

  test('catch an outbox that lets everybody claim and keeps the digits', async () => {
    const careless = () => {
      const outbox = memoryOutbox();
      return {
        ...outbox,
        claim: async (id: string) => outbox.find(id),
        settle: async () => true,
      };
    };
    await expect(testOutbox(careless)).rejects.toThrow(/ten parallel claims/);
    await expect(testOutbox(careless)).rejects.toThrow(/digits are erased/);
  });
});
