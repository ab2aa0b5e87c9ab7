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
  const { state, message, digest, compress } = workplace;
  const inner = midstate(hash, secret, 0x36);
  const outer = midstate(hash, secret, 0x5c);
  return {
    of(counter) {
      // Two halves: a shift would truncate the counter to 32 bits.
      message.view.setUint32(0, Math.floor(counter * 2 ** -32));
      message.view.setUint32(4, counter >>> 0);
      compress(inner, message);
      compress(outer, digest);
      return digest.bytes;
    },
    clean() {
      state.destroy();
      state.roundClean?.();
      digest.bytes.fill(0);
    },
    destroy() {
      inner.destroy();
      outer.destroy();
      digest.bytes.fill(0);
    },
  };
}

/** What all keys of one hash share. */
interface Workplace {
  state: NobleState;
  /** Both messages of an HMAC, each the last block after one of key. */
  message: Block;
  digest: Block;
  /** The digest of the block, the first block having left this state. */
  compress(from: NobleState, block: Block): void;
}

/** A block, and the bytes of it that are not padding. */
interface Block {
  view: DataView;
  bytes: Uint8Array;
}

const workplaces = new WeakMap<BlockHash, Workplace>();

/**
 * Noble's types keep the compression protected, so it is used only where it is there and makes what
 * the documented functions make, of one block, asked once a process.
 */
function furnish(hash: BlockHash): Workplace {
  const state = new hash.Noble() as NobleState;
  const message = lastBlock(state, 8);
  const digest = lastBlock(state, state.outputLen);
  function byClone(from: NobleState, { bytes }: Block): void {
    from._cloneInto(state).update(bytes).digestInto(digest.bytes);
  }
  /** Nothing is allocated. */
  function byBlock(from: NobleState, { view }: Block): void {
    hash.load(state, from);
    state.process(view, 0);
    hash.store(state, digest.view);
  }
  const first = midstate(hash, message.bytes, 1);
  try {
    byBlock(first, message);
  } catch {
    // What is missing leaves no digest either.
  }
  const made = digest.bytes.slice();
  byClone(first, message);
  const proven = digest.bytes.every((byte, i) => byte === made[i]);
  return { state, message, digest, compress: proven ? byBlock : byClone };
}

/** Padded as the second and last block of a message (FIPS 180-4 section 5.1). */
function lastBlock({ blockLen }: NobleState, length: number): Block {
  const view = new DataView(new ArrayBuffer(blockLen));
  view.setUint8(length, 0x80);
  view.setUint32(blockLen - 4, (blockLen + length) * 8);
  return { view, bytes: new Uint8Array(view.buffer, 0, length) };
}

/** The state after one block, of the secret under a mask. */
function midstate({ Noble }: BlockHash, secret: Uint8Array, mask: number): NobleState {
  const state = new Noble() as NobleState;
  const block = new Uint8Array(state.blockLen).fill(mask);
  // A key longer than a block is hashed first (RFC 2104 section 2).
  const key = secret.length > block.length ? new Noble().update(secret).digest() : secret;
  for (let i = 0; i < key.length; i++) block[i]! ^= key[i]!;
  state.update(block);
  block.fill(0);
  return state;
}
