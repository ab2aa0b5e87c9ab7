/** A ledger over any engine that can apply one function to one account's state atomically. */
import * as account from './account-state.js';
import { DEFAULT_LIMITS } from './attempts.js';
import { VerifierError } from './errors.js';
import type { AccountState, Ledger } from './ledger.js';

/**
 * Reads the account's state (absent: {@link account.EMPTY_ACCOUNT}), applies `reduce`, which is pure
 * and synchronous, stores what it returns, and resolves with its result once that is durable.
 * Nothing else may touch the account in between.
 */
export type Transact = <Result>(
  name: string,
  reduce: (state: AccountState) => account.Reduced<Result>,
) => Promise<Result>;

/**
 * Makes a {@link Ledger} of an engine.
 *
 * Throws `ERR_LEDGER` for an account, credential, step or instant that is none.
 *
 * @example
 * const ledger = ledgerOver((name, reduce) => lock(name, async () => {
 *   const { state, result } = reduce((await store.get(name)) ?? EMPTY_ACCOUNT);
 *   await store.set(name, state);
 *   return result;
 * }));
 */
export function ledgerOver(transact: Transact, now: () => number = Date.now): Ledger {
  return {
    async take(name, options = {}) {
      const at = instant(options.at ?? now());
      const { from } = options;
      if (from) named('device' in from ? from.device : from.source);
      const taken = {
        at,
        attempts: { ...DEFAULT_LIMITS, ...options.attempts },
        ...(from ? { from } : {}),
      };
      return transact(named(name), (state) => account.take(state, taken));
    },
    async consume(use) {
      const at = instant(use.at ?? now());
      if (!Number.isSafeInteger(use.step))
        throw new VerifierError('ERR_LEDGER', 'step must be a safe integer');
      named(use.credential);
      return transact(named(use.account), (state) => account.consume(state, { ...use, at }));
    },
    async giveBack(name, what) {
      return transact(named(name), (state) => account.giveBack(state, what));
    },
    async latch(name, change) {
      return transact(named(name), (state) => account.latch(state, change));
    },
    async state(name) {
      return transact(named(name), (state) => ({ state, result: state }));
    },
  };
}

function named(name: string): string {
  if (typeof name !== 'string' || name === '') {
    throw new VerifierError('ERR_LEDGER', 'account, credential and origin are non-empty strings');
  }
  return name;
}

function instant(at: number): number {
  if (!Number.isFinite(at))
    throw new VerifierError('ERR_LEDGER', 'an instant is Unix milliseconds');
  return at;
}
