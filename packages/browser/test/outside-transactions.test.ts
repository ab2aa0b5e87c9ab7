import { totp } from '@driftlock/totp-core';
import type { Credential } from '@driftlock/verifier';
import { IDBDatabase } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../src/store.js';
import { AT, createStage, KEY, KINDS } from './custody-stage.js';

afterEach(() => vi.restoreAllMocks());

/** Watches how many transactions are open whenever something is hashed. */
function watch() {
  let open = 0;
  const seen = { transactions: 0, hashes: 0, held: 0 };
  const { transaction } = IDBDatabase.prototype;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
    this: IDBDatabase,
    ...asked
  ) {
    const begun = transaction.apply(this, asked);
    open += 1;
    seen.transactions += 1;
    const ended = () => {
      open -= 1;
    };
    begun.addEventListener('complete', ended);
    begun.addEventListener('abort', ended);
    return begun;
  });
  for (const name of ['sign', 'deriveBits'] as const) {
    const hash = crypto.subtle[name].bind(crypto.subtle) as (...how: unknown[]) => Promise<never>;
    vi.spyOn(crypto.subtle, name).mockImplementation(async (...how: unknown[]) => {
      const before = open;
      const hashed = await hash(...how);
      seen.hashes += 1;
      if (before > 0 || open > 0) seen.held += 1;
      return hashed;
    });
  }
  return seen;
}

describe('hashing', () => {
  it.each(KINDS)('holds no transaction open (%s)', async (kind) => {
    const seen = watch();
    const ana = await createStage(kind);
    const { type } = await ana.tab();
    seen.transactions = 0;
    expect(await type()).toMatchObject({ accepted: true });
    expect(await type('000000')).toMatchObject({ accepted: false });
    expect(seen).toMatchObject({ hashes: 8, held: 0 });
    expect(seen.transactions).toBeGreaterThan(4);
  });

  it('is seen by this test where a credential hashes inside a transaction', async () => {
    const seen = watch();
    const ana = await createStage('device key');
    const { store } = await ana.tab();
    const { type } = await ana.tab({ credentials: async () => [holding(store)] });
    await type();
    expect(seen).toMatchObject({ hashes: 1, held: 1 });
  });
});

/** What a browser can't carry through: a transaction that nobody asks anything of ends. */
function holding(store: Store): Credential {
  return {
    id: 'phone',
    params: {},
    verify: (code) =>
      store.write(['ledger', 'custody'], async ({ ledger, custody }) => {
        const row = await custody.get(['ana', 'phone']);
        if (row?.kind !== 'device-key') throw new Error('no key');
        await crypto.subtle.sign('HMAC', row.key, new Uint8Array(8));
        await ledger.get('ana');
        const valid = code === totp(KEY, { at: AT });
        return valid
          ? { valid, step: AT / 30_000, delta: 0 }
          : { valid, reason: 'mismatch' as const };
      }),
  };
}
