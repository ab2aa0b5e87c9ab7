/** HMAC over an 8-byte counter (RFC 2104, RFC 4226 section 5.2) from cached midstates. */
import type { BlockHash, NobleState } from './block-hash.js';

/** A secret as its inner and outer HMAC midstates: one counter costs two compressions. */
export interface CounterMac {
  /** HMAC of a counter, in a buffer that the next call, for whatever key, may overwrite. */
  of(counter: number): Uint8Array;
  /** Wipes what the last counters left behind, and not the midstates. */
  clean(): void;
  /** Wipes the midstates: what comes of them afterwards is of no key. */
  destroy(): void;
}

/** Computes the two midstates of a secret once. */
export function createCounterMac(hash: BlockHash, secret: Uint8Array): CounterMac {
  let workplace = workplaces.get(hash);
  if (!workplace) {
    workplace = furnish(hash);
    workplaces.set(hash, workplace);
  }
  const { state, key, message, digest, way } = workplace;
  // A key longer than a block is hashed first (RFC 2104 section 2).
  const short =
    secret.length > key.bytes.length ? new hash.Noble().update(secret).digest() : secret;
  const [inner, outer] = [0x36, 0x5c].map((mask) => {
    key.bytes.fill(mask);
    for (let i = 0; i < short.length; i++) key.bytes[i]! ^= short[i]!;
    return way.midstate();
  });
  key.bytes.fill(0);
  const mac: CounterMac = {
    of(counter) {
      // Two halves: a shift would truncate the counter to 32 bits.
      message.view.setUint32(0, Math.floor(counter * 2 ** -32));
      message.view.setUint32(4, counter >>> 0);
      way.digestOf(inner, outer);
      return digest.bytes;
    },
    clean() {
      state.destroy();
      state.roundClean?.();
      digest.bytes.fill(0);
    },
    destroy() {
      way.forget(inner);
      way.forget(outer);
      mac.clean();
    },
  };
  mac.clean();
  return mac;
}

/** A block, and the bytes of it that are not padding. */
interface Block {
  view: DataView;
  bytes: Uint8Array;
}

/** What all keys of one hash share. */
interface Blocks {
  state: NobleState;
  /** The key under a mask. */
  key: Block;
  /** Both messages of an HMAC, each the last block after one of key. */
  message: Block;
  digest: Block;
}

/** How blocks are compressed. */
interface Way<State> {
  /** What is left of the block of key. */
  midstate(): State;
  /** Makes the digest of the message after one block of key, and of that digest after the other. */
  digestOf(inner: State, outer: State): void;
  forget(midstate: State): void;
}

const workplaces = new WeakMap<BlockHash, Blocks & { way: Way<unknown> }>();

/**
 * Noble's types keep the compression protected, so it is used only where it is there and makes what
 * the documented functions make, of one key and message, asked once a process.
 */
function furnish(hash: BlockHash): Blocks & { way: Way<unknown> } {
  const state = new hash.Noble() as NobleState;
  const { blockLen, outputLen } = state;
  const blocks: Blocks = {
    state,
    key: lastBlock(blockLen, blockLen),
    message: lastBlock(blockLen, 8),
    digest: lastBlock(blockLen, outputLen),
  };
  const documented = byClone(hash, blocks);
  try {
    const way = byBlock(hash, blocks);
    const [made, expected] = [way, documented].map((one: Way<unknown>) => {
      const midstate = one.midstate();
      one.digestOf(midstate, midstate);
      return blocks.digest.bytes.slice();
    });
    if (made!.every((byte, i) => byte === expected![i])) return { ...blocks, way };
  } catch {
    // What is missing can't be used.
  }
  return { ...blocks, way: documented };
}

/** On noble's compression, from a state that is as new: nothing is allocated for a digest. */
function byBlock(hash: BlockHash, { state, key, message, digest }: Blocks): Way<Int32Array> {
  const start = words();
  function words(): Int32Array {
    hash.store(state, digest.view);
    const made = new Int32Array(digest.bytes.length / 4);
    for (let i = 0; i < made.length; i++) made[i] = digest.view.getInt32(4 * i);
    return made;
  }
  return {
    midstate() {
      hash.load(state, start);
      state.process(key.view, 0);
      return words();
    },
    digestOf(inner, outer) {
      hash.load(state, inner);
      state.process(message.view, 0);
      hash.store(state, digest.view);
      hash.load(state, outer);
      state.process(digest.view, 0);
      hash.store(state, digest.view);
    },
    forget(midstate) {
      midstate.fill(0);
    },
  };
}

/** By what noble documents: a hash object for each midstate, copied for each digest. */
function byClone({ Noble }: BlockHash, { state, key, message, digest }: Blocks): Way<NobleState> {
  return {
    midstate() {
      return (new Noble() as NobleState).update(key.bytes);
    },
    digestOf(inner, outer) {
      inner._cloneInto(state).update(message.bytes).digestInto(digest.bytes);
      outer._cloneInto(state).update(digest.bytes).digestInto(digest.bytes);
    },
    forget(midstate) {
      midstate.destroy();
    },
  };
}

/** Padded as the last block of a message after one block more (FIPS 180-4 section 5.1). */
function lastBlock(blockLen: number, length: number): Block {
  const block = new Uint8Array(blockLen);
  const view = new DataView(block.buffer);
  block[length] = 0x80; // Nowhere, where the block is full.
  view.setUint32(blockLen - 4, (blockLen + length) * 8);
  return { view, bytes: block.subarray(0, length) };
}
