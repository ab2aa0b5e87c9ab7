/** What the gateway keeps, as small contracts: an engine implements them all, or takes some of memory's. */
import type { DriftEstimate, TotpKey, TotpParams } from '@driftlock/totp-core';
import type { Decision, Ledger, Outbox, Settlement } from '@driftlock/verifier';
import type { DoorEngine } from '../authy-door/records.js';
import type { Records } from './engine.js';
import type { RecoveryStore } from './recovery-store.js';
import type { RequestStore } from './request-store.js';

/** Every store may reject; the gateway then accepts nothing. */
export interface Stores {
  accounts: AccountStore;
  ledger: Ledger;
  outbox: Outbox;
  decisions: DecisionStore;
  drift: DriftStore;
  /** What the Authy-compatible door remembers beside. @default in memory */
  door?: DoorEngine;
  recovery: RecoveryStore;
  /** Requests under an Idempotency-Key, so that every process knows one that was made before. */
  requests: RequestStore;
  /** Where the audit log is kept. @default in memory, the newest 10,000 entries */
  events?: Records;
  /** What is remembered of devices. @default in memory */
  devices?: Records;
  /** Rejects where they can't be used as they are set up: with `ERR_SEAL` for another's seal key. */
  check(): Promise<void>;
  /** Removes what is kept no longer; to be called now and then. Resolves with how many records that were. */
  sweep(): Promise<number>;
  /** Wipes every key and lets the engine go; what is asked afterwards rejects. */
  close(): Promise<void>;
}

export interface AccountStore {
  /**
   * Resolves once the account is durable; `'exists'` changes nothing. An `authyId` is one account's
   * alone: under two names its codes would be good twice.
   */
  create(account: NewAccount): Promise<'created' | 'exists'>;
  /** `undefined` where there is none. */
  find(id: string): Promise<Account | undefined>;
  /** As `find`, by who it is at the authority. */
  findByAuthyId(authyId: string): Promise<Account | undefined>;
  /** Adds a seed, or puts it in the place of its credential's; `false` where there is no account. */
  hold(id: string, seed: Seed): Promise<boolean>;
  /** `false` where there was none. Its seeds are wiped; what the ledger knows of it stays. */
  delete(id: string): Promise<boolean>;
  /** Wipes what this process has unsealed of it. */
  wipe(id: string): void;
  /** Ids in order, after `after`, that contain `query` in any case; at most `limit`. */
  list(page: { query?: string; after?: string; limit: number }): Promise<string[]>;
}

export interface NewAccount {
  id: string;
  /** Who it is at the authority. */
  authyId?: string;
  seeds: Seed[];
}

/** A secret on its way into a store, which copies it. */
export interface Seed {
  credential: string;
  secret: Uint8Array;
  params: TotpParams;
}

export interface Account {
  id: string;
  /** Another one where the account was made anew under its id. Absent of accounts of earlier releases. */
  incarnation?: string;
  authyId?: string;
  held: HeldSeed[];
}

/** A seed at rest. */
export interface HeldSeed {
  credential: string;
  params: Readonly<Required<TotpParams>>;
  /** What was learned of its clock. */
  estimate?: DriftEstimate;
  /**
   * Works with its key, which is wiped whenever nobody does: `work` is synchronous and keeps nothing
   * of it. Rejects with `ERR_SEAL` where the seed can't be unsealed.
   */
  use<Result>(work: (key: TotpKey) => Result): Promise<Result>;
}

/** Decisions as they were returned, without a code in them; the oldest are forgotten. */
export interface DecisionStore {
  record(made: { account: string; decision: Decision; at: number }): Promise<void>;
  /** Notes how a decision was settled; one that is not known is left alone. */
  settle(id: string, settled: { settlement: Settlement; at: number }): Promise<void>;
  /** `undefined` where it is not known, or no more. */
  find(id: string): Promise<DecisionRecord | undefined>;
}

export interface DecisionRecord {
  account: string;
  decision: Decision;
  at: number;
  settlement?: Settlement;
  settledAt?: number;
}

/** What confirmed codes taught of the clock of each credential that is held. */
export interface DriftStore {
  learn(lesson: { account: string; credential: string; estimate: DriftEstimate }): Promise<void>;
  /** By credential; empty where nothing was learned. */
  of(account: string): Promise<ReadonlyMap<string, DriftEstimate>>;
  forget(account: string): Promise<void>;
}
