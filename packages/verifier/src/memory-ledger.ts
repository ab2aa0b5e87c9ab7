/** The ledger of one process: gone when it ends, shared with nobody. */
import { EMPTY_ACCOUNT, type Reduced } from './account-state.js';
import type { AccountState, Ledger } from './ledger.js';
import { ledgerOver } from './ledger-over.js';

/**
 * A ledger in memory, for tests and for a single process that may forget when it restarts.
 *
 * @example
 * const ledger = memoryLedger();
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'first'
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'replay'
 */
export function memoryLedger({ now }: { now?: () => number } = {}): Ledger {
  const accounts = new Map<string, AccountState>();
  // No await between reading and writing: the event loop makes it atomic.
  return ledgerOver(async <Result>(name: string, reduce: (s: AccountState) => Reduced<Result>) => {
    const before = accounts.get(name) ?? EMPTY_ACCOUNT;
    const { state, result } = reduce(before);
    if (state !== before) accounts.set(name, state);
    return result;
  }, now);
}
