/** A hash of FIPS 180-4 a block at a time, on the hash objects of @noble/hashes. */
import type { Hash } from '@noble/hashes/utils.js';

/** What a hash object of noble can do at run time; its types keep this protected. */
export interface NobleState extends Hash<NobleState> {
  set(...words: number[]): void;
  process(block: DataView, offset: number): void;
  roundClean?(): void;
}

/** A hash, and how its state goes in and out word by word: no array is made on the way. */
export interface BlockHash {
  /** Noble's class, not the function made of it: that would come with checks of options nobody gives. */
  readonly Noble: new () => Hash<unknown>;
  /** Makes words the state that the next block is compressed into. */
  load(state: NobleState, words: Int32Array): void;
  /** Writes the state as bytes, as long as the hash's output. */
  store(state: NobleState, to: DataView): void;
}
