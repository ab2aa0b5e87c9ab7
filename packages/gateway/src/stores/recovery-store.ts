/** Where an account's recovery codes are kept: hashed, and always the newest set alone. */
import type { RecoverySet } from '@driftlock/verifier';
import type { Engine, Place } from './engine.js';

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
export function recoveryOver(engine: Pick<Engine, 'read' | 'swap'>): RecoveryStore {
  async function put(account: string, value: string | undefined): Promise<void> {
    const place: Place = { kind: 'recovery', key: account };
    const version = crypto.randomUUID();
    for (;;) {
      const from = (await engine.read(place))?.version;
      if (value === undefined && from === undefined) return;
      const change = {
        ...(from === undefined ? {} : { from }),
        ...(value === undefined ? {} : { to: { value, version } }),
      };
      if (await engine.swap(place, change)) return;
    }
  }
  return {
    async of(account) {
      const stored = await engine.read({ kind: 'recovery', key: account });
      return stored && (JSON.parse(stored.value) as RecoverySet);
    },
    replace: (account, set) => put(account, JSON.stringify(set)),
    forget: (account) => put(account, undefined),
  };
}
