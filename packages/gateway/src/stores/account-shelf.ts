/** Accounts as they are stored: who they are at the authority, sealed seeds, and their clocks. */
import type { DriftEstimate } from '@driftlock/totp-core';
import type { Engine } from './engine.js';
import type { SealedSeed } from './keyring.js';
import { createShelf, type Shelf } from './shelf.js';

export interface StoredAccount {
  authyId?: string;
  seeds: StoredSeed[];
}

/** What was learned of a clock goes with its seed, so that one read has both. */
export type StoredSeed = Omit<SealedSeed, 'account'> & { estimate?: DriftEstimate };

export type AccountShelf = Shelf<StoredAccount>;

export function accountShelf(engine: Engine): AccountShelf {
  return createShelf<StoredAccount>(engine, {
    kind: 'account',
    marks: ({ authyId }) => (authyId === undefined ? {} : { group: authyId }),
    check: (stored) => 'seeds' in stored && Array.isArray(stored.seeds),
  });
}
