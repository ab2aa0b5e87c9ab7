/** Why the store could not do what was asked: a stable code for each thing a caller can do about it. */

export type StoreErrorCode =
  /** Closed by `close()`, or so that another tab could upgrade or delete it: open it again. */
  | 'ERR_STORE_CLOSED'
  /** A tab with an older version holds it open: ask for that tab to be closed. */
  | 'ERR_STORE_BLOCKED'
  /** Written by a newer version of this page: reload. */
  | 'ERR_STORE_NEWER'
  /** The browser grants no more room. */
  | 'ERR_STORE_QUOTA'
  /** As many provisional decisions and rows of evidence wait as may: none was added. */
  | 'ERR_STORE_FULL'
  /** This window may store nothing, as in some private windows and frames of other sites. */
  | 'ERR_STORE_DENIED'
  /** The account is not enrolled on this device. */
  | 'ERR_STORE_ACCOUNT'
  /** Anything else. */
  | 'ERR_STORE';

const MESSAGES: Record<StoreErrorCode, string> = {
  ERR_STORE_CLOSED: 'the store is closed',
  ERR_STORE_BLOCKED: 'another tab holds an older version of the store open',
  ERR_STORE_NEWER: 'the store was written by a newer version',
  ERR_STORE_QUOTA: 'the browser grants the store no more room',
  ERR_STORE_FULL: 'as many decisions wait in the store as may',
  ERR_STORE_DENIED: 'the browser lets this window store nothing',
  ERR_STORE_ACCOUNT: 'the account is not enrolled on this device',
  ERR_STORE: 'the store failed',
};

/** What was being done did not happen, and nothing was accepted because of it. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.name = 'StoreError';
    this.code = code;
  }
}

const CODES = new Map<string, StoreErrorCode>([
  ['DatabaseClosedError', 'ERR_STORE_CLOSED'],
  ['QuotaExceededError', 'ERR_STORE_QUOTA'],
  ['SecurityError', 'ERR_STORE_DENIED'],
]);

/** The engine's failure as ours. */
export function storeError(cause: unknown): StoreError {
  return new StoreError(codeOf(cause, CODES) ?? 'ERR_STORE', { cause });
}

/** As `storeError`, where a private window of an older Firefox says `InvalidStateError`. */
export function openingError(cause: unknown): StoreError {
  const codes = new Map([...CODES, ['InvalidStateError', 'ERR_STORE_DENIED'] as const]);
  return new StoreError(codeOf(cause, codes) ?? 'ERR_STORE', { cause });
}

/** An error that says more than "the engine failed" says it deeper. */
function codeOf(
  error: unknown,
  codes: ReadonlyMap<string, StoreErrorCode>,
): StoreErrorCode | undefined {
  let code: StoreErrorCode | undefined;
  for (let cause = error, depth = 0; code === undefined && depth < 8; depth++) {
    const { name, inner } = (cause ?? {}) as { name?: unknown; inner?: unknown };
    code = codes.get(String(name));
    cause = inner;
  }
  return code;
}
