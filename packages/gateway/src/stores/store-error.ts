/** What keeps a store from being used at all. */
export type StoreErrorCode =
  /** A seal key is none, or opens nothing of what was sealed. */
  | 'ERR_SEAL'
  /** The records were laid out by a newer release. */
  | 'ERR_SCHEMA'
  /** The engine may forget what it said was written. */
  | 'ERR_DURABILITY';

/** No message of it holds a key or a secret. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
