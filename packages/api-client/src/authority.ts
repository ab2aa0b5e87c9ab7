/**
 * What every authority promises: Authy's REST API, its successors, our own gateway.
 *
 * A ruling is an answer about a code. Where none was had, `verify` throws an error that carries a
 * {@link AuthorityFailure} `kind`; anything else thrown counts as `refused`.
 */
export interface Authority {
  /**
   * Asks once about a code; never retries.
   * `id` names the decision, so that an authority that is `repeatable` can tell a repeat from a reuse.
   */
  verify(question: {
    user: string;
    code: string;
    id: string;
    signal?: AbortSignal;
  }): Promise<Ruling>;
  /** Asks what became of a user; safe to repeat. */
  status(question: { user: string; signal?: AbortSignal }): Promise<UserStatus>;
  /** Asks what became of a `pending` ruling's decision; safe to repeat. */
  settlement?(question: {
    /** Whose decision it is, for an authority that asks in the name of each. */
    user?: string;
    decision: string;
    signal?: AbortSignal;
  }): Promise<'pending' | 'confirmed' | 'contradicted' | 'ambiguous' | 'lapsed'>;
  /** Whether the same `id` with the same code may be sent again after a lost reply. @default false */
  readonly repeatable?: boolean;
}

export type Ruling =
  | { ruling: 'valid' }
  | { ruling: 'invalid'; reason: 'mismatch' | 'reused' | 'unknown-user' | 'suspended' }
  /** The authority itself has no fresh yes yet; never counts as one. */
  | { ruling: 'pending'; decision: string };

export type UserStatus = 'active' | 'suspended' | 'unknown';

/**
 * Why no ruling was had: `down` provably never arrived, `ambiguous` may have arrived,
 * `refused` was answered without ruling on the code.
 */
export type AuthorityFailure = 'down' | 'ambiguous' | 'refused';
