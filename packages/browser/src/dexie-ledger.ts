/** The ledger of this device, shared by all its tabs and workers. */
import { type AccountState, EMPTY_ACCOUNT, type Ledger, ledgerOver } from '@driftlock/verifier';
import type { Tables } from './schema.js';
import type { Store } from './store.js';

/**
 * A ledger in the store: each operation reads, decides and writes in one transaction.
 *
 * An enrolled account whose record is missing reads as latched, not as empty: what it had used up is
 * unknown, so only the authority can say yes.
 *
 * @example
 * const ledger = dexieLedger(store);
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'first'
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'replay', in any tab
 */
export function dexieLedger(store: Store, { now = Date.now }: { now?: () => number } = {}): Ledger {
  return ledgerOver(
    (account, reduce) =>
      store.write(['ledger', 'accounts'], async (tables) => {
        const before = (await tables.ledger.get(account)) ?? (await missing(tables, account, now));
        const { state, result } = reduce(before);
        if (state !== before) await tables.ledger.put(state, account);
        return result;
      }),
    now,
  );
}

async function missing(
  { accounts }: Tables,
  account: string,
  now: () => number,
): Promise<AccountState> {
  const lost = (await accounts.get(account)) !== undefined;
  return lost ? { ...EMPTY_ACCOUNT, latch: { id: 'missing', at: now() } } : EMPTY_ACCOUNT;
}
