/** What the device's database holds, table by table, and every version it ever had. */
import type { ClockRecord, TotpParams } from '@driftlock/totp-core';
import type { AccountState, OutboxRow } from '@driftlock/verifier';
import type { Dexie, Table } from 'dexie';
import type { EvidenceRow } from './evidence-row.js';
import type { SyncRow } from './sync-row.js';

export type { EvidenceRow, SyncRow };

/** An account this device may verify by itself. */
export interface AccountRow {
  account: string;
  /** The account's name at the authority. @default the account */
  user?: string;
  /** What the gateway calls this device. */
  device?: string;
  /** This device's share of the account's offline budget. */
  lease?: Lease;
}

export interface Lease {
  /** Uses as the gateway told of them. */
  uses: number;
  /** The instant it ends. */
  until: number;
  /** When the gateway told of it, by the gateway's clock: what was told earlier changes nothing. */
  toldAt: number;
  /** Decisions that took one of these uses, or one that the gateway had not heard of by then. */
  spent: string[];
}

export interface OutboxRecord {
  row: OutboxRow;
  /** When the row was decided; absent once it is settled, so that only open rows are indexed. */
  openSince?: number;
}

export interface StoredClock {
  record: ClockRecord;
  /** How often somebody vouched for this clock: what a tab remembers from before no longer counts. */
  vouched: number;
}

/** What lets this device recognize the codes of one credential. */
export type CustodyRow = { account: string; credential: string } & (
  | { kind: 'device-key'; params: Required<TotpParams>; key: CryptoKey }
  | { kind: 'horizon'; until: number; pack: StoredPack }
);

/** A horizon pack, its hashes as bytes. */
export interface StoredPack {
  digits: number;
  /** Seconds. */
  period: number;
  epoch: number;
  /** The step of the first hash. */
  first: number;
  iterations: number;
  salt: Uint8Array<ArrayBuffer>;
  /** One after the other. */
  hashes: Uint8Array<ArrayBuffer>;
}

export interface Tables {
  accounts: Table<AccountRow, string>;
  /** Keyed by account. */
  ledger: Table<AccountState, string>;
  outbox: Table<OutboxRecord, string>;
  /** One record. */
  clock: Table<StoredClock, string>;
  custody: Table<CustodyRow, [account: string, credential: string]>;
  evidence: Table<EvidenceRow, string>;
  sync: Table<SyncRow, string>;
}

/**
 * Primary key first; '' is a key that is not part of the record. A version that was released stays as
 * it is: Dexie takes a database from whichever it has to the last.
 */
export function declareVersions(database: Dexie): void {
  database.version(1).stores({
    accounts: 'account',
    ledger: '',
    outbox: 'row.id, openSince, [row.account+openSince]',
    clock: '',
  });
  database.version(2).stores({
    outbox: 'row.id, openSince, [row.account+openSince], row.settledAt',
    custody: '[account+credential]',
    evidence: 'id, openSince, [account+openSince], deadSince',
    sync: 'account',
  });
}
