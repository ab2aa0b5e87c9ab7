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
  /** Gives back an attempt, what an authority's yes restores, or all attempts (an operator). */
  giveBack(account: string, what: GiveBack): Promise<void>;
  /** Sets the latch, or clears it where it is still the one that was `seen`. */
  latch(account: string, change: Latch): Promise<void>;
  /** Reads an account; one never seen reads as empty. */
  state(account: string): Promise<AccountState>;
  /**
   * What is left of the lease that offline uses are reserved from as well, and the instant it ends.
   * Absent, or `undefined`: from the budget alone.
   */
  lease?(account: string): Promise<{ uses: number; until: number } | undefined>;
}

/**
 * The ledger's name for codes that an authority accepted where no held credential has as many digits;
 * the last step is the second of the newest. Whoever is given the seed of such a code while it lives
 * would accept it again.
 */
export const NOT_HELD = 'not-held';

/** Attempts before the waits begin, seconds they are counted over, and failures until the lock. */
export interface AttemptLimits {
  limit: number;
  per: number;
  lock: number;
  /** Free attempts of all sources of an account together. @default four times `limit` */
  account?: number;
}

/**
 * Where a code was typed: a source that anybody can be, as an address, or a device registered for
 * the account. Each has attempts of its own; those of a source count for the account as well.
 */
export type Origin = { source: string } | { device: string };

export interface TakeOptions {
  /** @default now */
  at?: number;
  /** @default { limit: 5, per: 900, lock: 100 } */
  attempts?: AttemptLimits;
  /** Absent: the account's own attempts alone are counted, with a source's limits. */
  from?: Origin;
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
  /** Remembers the step singly whenever it begins: a claim of it must not move the last step. */
  singly?: true;
  /** When the step ends; a step remembered singly is remembered until then. @default begins */
  ends?: number;
  /** @default now */
  at?: number;
  /** The attempt this acceptance gives back; it also ends the run of failures before it. */
  attempt?: number;
  /** An offline use to reserve in the same operation, in the name of a decision. */
  reserve?: { id: string; uses: number; hours: number };
  /**
   * Holds the step for `attempt` alone instead of consuming it, while the authority is asked. To
   * everybody else it is used; a hold that is neither consumed nor given back stays so for good.
   */
  hold?: true;
}

export type GiveBack =
  /** No ruling was had: as if the attempt had not been taken. `unsent` frees what it held, too. */
  | { attempt: number; unsent?: boolean }
  /**
   * An authority's yes: the offline uses of these decisions come back; with `attempt`, it is given
   * back and the run of failures before it ends.
   */
  | { yes: string[]; attempt?: number }
  /** The operator unlocks the account: attempts and run of failures; a latch stays. */
  | { unlock: true };

export type Latch =
  /** `id` of the decision that was contradicted. */
  | { latched: true; id: string; at: number }
  /** `seen`: the id of the latch that was set when the authority was asked. */
  | { latched: false; seen: string };

/** An account as plain JSON: what an engine stores. */
export interface AccountState {
  /** The last consumed step of each credential. */
  last: Record<string, number>;
  /** Used steps that lay over 300 s ahead of the clock, each remembered until it ends. */
  ahead: { credential: string; step: number; ends: number }[];
  /** Steps held while the authority is asked, each by one attempt. */
  asking: { credential: string; step: number; attempt: number; ends: number }[];
  /** Who set the latch, and when; absent means not latched. */
  latch?: { id: string; at: number };
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
  /** Attempts by origin, beside the account's own. */
  meters?: Meter[];
}

export interface Meter {
  from: Origin;
  attempts: AccountState['attempts'];
}
