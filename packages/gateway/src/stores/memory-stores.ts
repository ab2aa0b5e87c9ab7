/** The stores of one process: gone when it ends, shared with nobody. */
import { memoryEngine } from '../engines/memory.js';
import { passingSeal } from './seal.js';
import type { Stores } from './stores.js';
import { storesOver } from './stores-over.js';

/**
 * Stores in memory, for tests and for a single process that may forget when it restarts.
 * `keep` bounds how many decisions of a kind stay readable.
 *
 * @example
 * const gateway = createGateway({ mode: 'authority', stores: memoryStores(), keys, policy });
 */
export function memoryStores({
  now,
  keep = 10_000,
}: {
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  keep?: number;
} = {}): Stores {
  const seal = passingSeal();
  const stores = storesOver(memoryEngine({ keep }), { seal, ...(now ? { now } : {}) });
  // A log is never swept: in memory the gateway keeps one that has an end.
  const { events: _, ...bounded } = stores;
  return bounded;
}
