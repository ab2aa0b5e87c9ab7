/** Accounts as they are stored: who they are at the authority, sealed seeds, and their clocks. */
import type { DriftEstimate } from '@driftlock/totp-core';
import type { Engine } from './engine.js';
import { everyRecord } from './every-record.js';
import type { SealedSeed } from './keyring.js';
import { nameOf, type Seal } from './seal.js';
import { createShelf, type Shelf } from './shelf.js';

export interface StoredAccount {
  /** Absent of those that were made by earlier releases. */
  incarnation?: string;
  authyId?: string;
  seeds: StoredSeed[];
}

/** What was learned of a clock goes with its seed, so that one read has both. */
export type StoredSeed = Omit<SealedSeed, 'account'> & { estimate?: DriftEstimate };

const PAGE = 100;

export type AccountShelf = Shelf<StoredAccount>;

export function accountShelf(engine: Engine): AccountShelf {
  return createShelf<StoredAccount>(engine, {
    kind: 'account',
    marks: ({ authyId }) => (authyId === undefined ? {} : { group: authyId }),
    check: (stored) => 'seeds' in stored && Array.isArray(stored.seeds),
  });
}

/** Every account, a page at a time. */
export async function* storedAccounts(
  engine: Engine,
): AsyncGenerator<StoredAccount & { account: string }> {
  const shelf = accountShelf(engine);
  for await (const record of everyRecord(engine, { kind: 'account', limit: PAGE })) {
    yield { account: record.key, ...shelf.listed(record) };
  }
}

/** Rejects with `ERR_SEAL`. Whoever asks wipes what they get. */
export async function openSeed(
  seal: Seal,
  account: string,
  { credential, params, sealed }: StoredSeed,
): Promise<Uint8Array<ArrayBuffer>> {
  return seal.open(sealed, nameOf({ account, credential, params }));
}
