/** Where an account's recovery codes are kept: hashed, and always the newest set alone. */
import type { RecoverySet } from '@driftlock/verifier';
import type { Cells } from './engine.js';
import { createShelf } from './shelf.js';

export interface RecoveryStore {
  /** `undefined` where the account has none. */
  of(account: string): Promise<RecoverySet | undefined>;
  /** Resolves once the set is durable; no code of the one before it is good any more. */
  replace(account: string, set: RecoverySet): Promise<void>;
  forget(account: string): Promise<void>;
}

/**
 * Recovery codes over an engine.
 *
 * @example
 * const recovery = recoveryOver(memoryEngine());
 */
export function recoveryOver(cells: Cells): RecoveryStore {
  const shelf = createShelf<RecoverySet>(cells, { kind: 'recovery' });
  return {
    of: (account) => shelf.read(account),
    replace: (account, set) => shelf.change(account, () => ({ value: set, result: undefined })),
    forget: (account) => shelf.change(account, () => ({ value: undefined, result: undefined })),
  };
}
