/** What an engine must be able to do, so that every store is written once and an engine is a page. */

/** A record's place: what it is, and which one. */
export interface Place {
  kind:
    | 'account'
    | 'ledger'
    | 'outbox'
    | 'decision'
    | 'event'
    | 'recovery'
    | 'device'
    | 'request'
    | 'authy'
    | 'seal';
  key: string;
}

/** A record as it is now. */
export interface Cell {
  /** JSON text. */
  value: string;
  /** Unique to each write, and made by whoever writes: a lost reply can be looked up. */
  version: string;
}

/**
 * Enough for a ledger. Both reject within seconds where the engine does not answer, and then nothing
 * is accepted.
 */
export interface Cells {
  /** What is durable now, never an older copy; `undefined` where there is none. */
  read(place: Place): Promise<Cell | undefined>;
  /**
   * One atomic statement: writes where the stored version is still `from`, or where there is no
   * record if `from` is absent. Resolves with `true` once that is durable; `false` changed nothing.
   */
  swap(place: Place, change: Swap): Promise<boolean>;
}

export interface Swap {
  from?: string;
  /** Absent: the record is removed. */
  to?: Cell & Marks;
}

/** What a record can be found by, and until when it is kept. */
export interface Marks {
  /** Records of a kind can be listed by their group: an account, or what is still open. */
  group?: string;
  /** Unix milliseconds from which `sweep` may remove it. @default kept for good */
  until?: number;
}

/** Enough for every store. */
export interface Engine extends Cells {
  /** Records of a kind in order of their keys, compared as UTF-8 bytes, at most `limit`. */
  list(page: Page): Promise<Listed[]>;
  /** Removes what is kept no longer; resolves with how many records that were. */
  sweep(now: number): Promise<number>;
  /** Frees what it holds; what is asked afterwards rejects. Closing twice is closing once. */
  close(): Promise<void>;
}

/** Enough for what a part of the gateway remembers beside the stores. */
export type Records = Pick<Engine, 'read' | 'swap' | 'list'>;

export interface Page {
  kind: Place['kind'];
  group?: string;
  /** Only keys that hold this text, ASCII letters in any case. */
  containing?: string;
  /** Only keys after this one. */
  after?: string;
  limit: number;
}

export interface Listed extends Cell {
  key: string;
}
