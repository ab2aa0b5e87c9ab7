/** Every store of the gateway over one engine. */

import { accountShelf } from './account-shelf.js';
import { accountsIn } from './account-store.js';
import { decisionsOver } from './decision-store.js';
import { driftIn } from './drift-store.js';
import type { Engine } from './engine.js';
import { createKeyring } from './keyring.js';
import { ledgerOverCells } from './ledger.js';
import { outboxOver } from './outbox.js';
import { recoveryOver } from './recovery-store.js';
import { requestsOver } from './request-store.js';
import { createSeal, type SealOptions } from './seal.js';
import { checkSeal } from './seal-check.js';
import type { Stores } from './stores.js';

export interface StoresOptions {
  /** Seals seeds at rest. */
  seal: SealOptions;
  /** Days that decisions stay readable. @default 30 */
  retention?: number;
  /** Of how many accounts unsealed keys may be in memory; 0 keeps none. @default 10_000 */
  unsealed?: number;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
}

const DAY = 86_400_000;

/**
 * Stores over an engine, which they close. Throws `ERR_SEAL` for seal keys that are none. Any number
 * of processes may share the engine with the same keys.
 *
 * @example
 * const engine = await libsqlEngine({ url: 'file:driftlock.db' });
 * const stores = storesOver(engine, { seal: { current: { id: 'k1', key } } });
 * await stores.check();
 */
export function storesOver(
  engine: Engine,
  { seal: keys, retention: days = 30, unsealed = 10_000, now = Date.now }: StoresOptions,
): Stores {
  const seal = createSeal(keys);
  const keyring = createKeyring(seal, { keep: unsealed });
  const retention = days * DAY;
  const shelf = accountShelf(engine);
  let checked: Promise<void> | undefined;

  /** Once; again where it failed. */
  function check(): Promise<void> {
    checked ??= checkSeal(engine, keys).catch((error) => {
      checked = undefined;
      throw error;
    });
    return checked;
  }

  return {
    accounts: accountsIn(shelf, { engine, seal, keyring, ready: check }),
    ledger: ledgerOverCells(engine, { now }),
    outbox: outboxOver(engine, { retention }),
    decisions: decisionsOver(engine, { retention }),
    drift: driftIn(shelf),
    recovery: recoveryOver(engine),
    requests: requestsOver(engine, { seal }),
    door: engine,
    devices: engine,
    events: engine,
    check,
    sweep: () => engine.sweep(now()),
    async close() {
      keyring.clear();
      await engine.close();
    },
  };
}
