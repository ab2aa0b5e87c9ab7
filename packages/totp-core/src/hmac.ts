/** HMAC over an 8-byte counter (RFC 2104, RFC 4226 section 5.2) from cached midstates. */
import type { BlockHash, NobleState } from './block-hash.js';
import { TotpError } from './errors.js';

/** A secret as its inner and outer HMAC midstates: one counter costs two compressions. */
export interface CounterMac {
  /** HMAC of a counter, in a buffer that the next call, for whatever key, may overwrite. */
  of(counter: number): Uint8Array;
  /** Wipes what the last counters left behind, and not the midstates. */
  clean(): void;
  /** Wipes the midstates; `of` throws TotpError `ERR_SECRET` from then on. */
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
  const { compress } = way;
  // A key longer than a block is hashed first (RFC 2104 section 2).
  const short =
    secret.length > key.bytes.length ? new hash.Noble().update(secret).digest() : secret;
  const [inner, outer] = [0x36, 0x5c].map((mask) => {
    key.bytes.fill(mask);
    for (let i = 0; i < short.length; i++) key.bytes[i]! ^= short[i]!;
    return way.midstate();
  });
  key.bytes.fill(0);
  if (short !== secret) short.fill(0);
  const mac: CounterMac = {
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
      way.forget(inner);
      way.forget(outer);
      mac.clean();
      // Wiped midstates are anybody's: their codes need no secret.
      mac.of = () => {
        throw new TotpError('ERR_SECRET', 'the key was destroyed');
      };
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
  /** Makes the digest of a message whose last block this is, its first block having left that. */
  compress(from: State, block: Block): void;
  forget(midstate: State): void;
}

const workplaces = new WeakMap<BlockHash, Blocks & { way: Way<unknown> }>();

function furnish(hash: BlockHash): Blocks & { way: Way<unknown> } {
  const state = new hash.Noble() as NobleState;
  const { blockLen, outputLen } = state;
  const blocks: Blocks = {
    state,
    key: lastBlock(blockLen, blockLen),
    message: lastBlock(blockLen, 8),
    digest: lastBlock(blockLen, outputLen),
  };
  try {
    return { ...blocks, way: byBlock(hash, blocks) };
  } catch {
    return { ...blocks, way: byClone(hash, blocks) };
  }
}

/**
 * On noble's compression: nothing is allocated for a digest. Noble's types keep it protected, so it
 * is used only where it is there and makes of a block what the documented functions make, asked once
 * a process.
 */
function byBlock(hash: BlockHash, { state, key, message, digest }: Blocks): Way<Int32Array> {
  const start = words();
  // Wiped, so that the digest is right only if the state was set back.
  state.destroy();
  compress(start, lastBlock(key.bytes.length, 8, 8));
  const documented = new hash.Noble().update(message.bytes).digest();
  if (documented.some((byte, i) => byte !== digest.bytes[i])) throw new Error('not as documented');

  function words(): Int32Array {
    hash.store(state, digest.view);
    const made = new Int32Array(digest.bytes.length / 4);
    for (let i = 0; i < made.length; i++) made[i] = digest.view.getInt32(4 * i);
    return made;
  }
  function compress(from: Int32Array, { view }: Block): void {
    hash.load(state, from);
    state.process(view, 0);
    hash.store(state, digest.view);
  }
  return {
    midstate() {
      compress(start, key);
      return words();
    },
    compress,
    forget(midstate) {
      midstate.fill(0);
    },
  };
}

/** By what noble documents: a hash object for each midstate, copied for each digest. */
function byClone({ Noble }: BlockHash, { state, key, digest }: Blocks): Way<NobleState> {
  return {
    midstate() {
      return (new Noble() as NobleState).update(key.bytes);
    },
    compress(from, { bytes }) {
      from._cloneInto(state).update(bytes).digestInto(digest.bytes);
    },
    forget(midstate) {
      midstate.destroy();
    },
  };
}

/** Padded as the last block of a message (FIPS 180-4 section 5.1), after one block if not `whole`. */
function lastBlock(blockLen: number, length: number, whole: number = blockLen + length): Block {
  const block = new Uint8Array(blockLen);
  const view = new DataView(block.buffer);
  block[length] = 0x80; // Nowhere, where the block is full.
  view.setUint32(blockLen - 4, whole * 8);
  return { view, bytes: block.subarray(0, length) };
}
