/**
 * What must happen at most once, per account: attempts, consumed steps, offline uses, the latch.
 *
 * Every method is one atomic operation on one account. An engine that cannot answer throws;
 * the verifier then accepts nothing. Instants are Unix milliseconds of this machine's clock.
 */
export interface Ledger {
  /** Takes one attempt, counted before anything is compared, and reads the account's state. */
  take(account: string, options?: TakeOptions): Promise<Take>;
  /**
   * Consumes a step: it must be newer than the credential's last and not remembered as used.
   * `'replay'` and `'spent'` (no offline use was left to reserve) change nothing.
   */
  consume(use: Consume): Promise<'first' | 'replay' | 'spent'>;
  /** Gives back an attempt, or what an authority's yes restores, or everything (an operator). */
  giveBack(account: string, what: GiveBack): Promise<void>;
  /** Sets the latch, or clears one that was set no later than `at`. */
  latch(account: string, options: { latched: boolean; at: number }): Promise<void>;
  /** Reads an account; one never seen reads as empty. */
  state(account: string): Promise<AccountState>;
}

/** Attempts before the waits begin, seconds they are counted over, and failures until the lock. */
export interface AttemptLimits {
  limit: number;
  per: number;
  lock: number;
}

export interface TakeOptions {
  /** @default now */
  at?: number;
  /** @default { limit: 5, per: 900, lock: 100 } */
  attempts?: AttemptLimits;
}

export type Take =
  | { taken: true; attempt: number; state: AccountState }
  /** `retryAfter` in seconds; a locked account waits for its operator. */
  | { taken: false; reason: 'throttled'; retryAfter: number }
  | { taken: false; reason: 'locked' };

export interface Consume {
  account: string;
  credential: string;
  step: number;
  /** When the step begins; one that begins over 300 s after `at` does not move the last step. @default at */
  begins?: number;
  /** When the step ends; a step remembered singly is remembered until then. @default begins */
  ends?: number;
  /** @default now */
  at?: number;
  /** The attempt this acceptance gives back; it also ends the run of failures before it. */
  attempt?: number;
  /** An offline use to reserve in the same operation, in the name of a decision. */
  reserve?: { id: string; uses: number; hours: number };
}

export type GiveBack =
  /** No ruling was had: as if the attempt had not been taken. */
  | { attempt: number }
  /**
   * An authority's yes to a question asked at `yes`: offline uses reserved until then come back;
   * with `attempt`, it is given back and the run of failures before it ends.
   */
  | { yes: number; attempt?: number }
  /** The operator unlocks the account: attempts, run of failures and latch are cleared. */
  | { everything: true };

/** An account as plain JSON: what an engine stores. */
export interface AccountState {
  /** The last consumed step of each credential. */
  last: Record<string, number>;
  /** Used steps that lay over 300 s ahead of the clock, each remembered until it ends. */
  ahead: { credential: string; step: number; begins: number; ends: number }[];
  /** When the latch was set; absent means not latched. */
  latchedAt?: number;
  /** Offline uses not yet confirmed, oldest first, each in its decision's name. */
  uses: { id: string; at: number }[];
  attempts: {
    /** Attempts not given back, oldest first, no older than the limits count. */
    recent: { attempt: number; at: number }[];
    /** The number the next attempt gets. */
    next: number;
    /** Consecutive failures. */
    failures: number;
    /** How often the wait has doubled. */
    doublings: number;
    waitUntil: number;
  };
}
