import { EMPTY_ACCOUNT, type Ledger, ledgerOver, memoryLedger } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { memoryStores } from '../src/stores/memory-stores.js';
import { serve } from './served.js';

const CLIENTS = 100;

/** How often each answer was given to one code verified by a hundred clients at once. */
async function race(ledger: Ledger): Promise<Record<string, number>> {
  const attempts = { limit: 1000, per: 900, lock: 1000 };
  const policy = { mode: 'local-first', attempts } as const;
  const { enrol } = await serve({ stores: { ...memoryStores(), ledger }, policy });
  const ana = await enrol('ana');
  const code = ana.code();
  const answers = await Promise.all(Array.from({ length: CLIENTS }, () => ana.verify(code)));
  const counts: Record<string, number> = {};
  for (const { body } of answers) {
    const outcome = body.accepted ? 'accepted' : body.reason;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** A ledger that reads, lets others by, and then writes: what no ledger may do. */
function racyLedger(): Ledger {
  const accounts = new Map<string, typeof EMPTY_ACCOUNT>();
  return ledgerOver(async (name, reduce) => {
    const before = accounts.get(name) ?? EMPTY_ACCOUNT;
    await new Promise((resolve) => setImmediate(resolve));
    const { state, result } = reduce(before);
    accounts.set(name, state);
    return result;
  });
}

test('of a hundred verifications of one code exactly one is accepted and 99 are replayed', async () => {
  expect(await race(memoryLedger())).toStrictEqual({ accepted: 1, replayed: 99 });
});

test('the same assertion fails over a ledger that reads, yields, then writes', async () => {
  const counts = await race(racyLedger());
  expect(() => expect(counts).toStrictEqual({ accepted: 1, replayed: 99 })).toThrow();
  expect(counts.accepted).toBeGreaterThan(1);
});
