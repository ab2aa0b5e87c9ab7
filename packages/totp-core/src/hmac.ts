/** HMAC over an 8-byte counter (RFC 2104, RFC 4226 section 5.2) from cached midstates. */
import type { BlockHash, NobleState } from './block-hash.js';

/** A secret as its inner and outer HMAC midstates: one counter costs two compressions. */
export interface CounterMac {
  /** HMAC of a counter, in a buffer that the next call, for whatever key, may overwrite. */
  of(counter: number): Uint8Array;
  /** Wipes what the last counters left behind, and not the midstates. */
  clean(): void;
  /** Wipes the midstates: it can't be used any more. */
  destroy(): void;
}

const INNER = 0x36;
const OUTER = 0x5c;
const HIGH_HALF = 2 ** -32;

/** Computes the two midstates of a secret once. */
export function createCounterMac(hash: BlockHash, secret: Uint8Array): CounterMac {
  let workplace = workplaces.get(hash);
  if (workplace === undefined) {
    workplace = prove(hash);
    workplaces.set(hash, workplace);
  }
  return workplace === 'unproven' ? cloneMac(hash, secret) : blockMac(workplace, secret);
}

/** What all keys of one hash share: noble's hash object, and the blocks of an HMAC. */
interface Workplace {
  hash: BlockHash;
  state: NobleState;
  start: Int32Array;
  /** The key under a mask. */
  key: DataView;
  message: DataView;
  digest: DataView;
  /** The bytes of `key`, and those of the digest alone. */
  keyBytes: Uint8Array;
  bytes: Uint8Array;
}

const workplaces = new WeakMap<BlockHash, Workplace | 'unproven'>();

/** By the block, on noble's own compression: nothing is allocated for a counter. */
function blockMac(workplace: Workplace, secret: Uint8Array): CounterMac {
  const { hash, state, message, digest, bytes } = workplace;
  const key = shorten(hash, secret);
  const inner = midstate(workplace, key, INNER);
  const outer = midstate(workplace, key, OUTER);
  let destroyed = false;
  return {
    of(counter) {
      if (destroyed) throw new Error('the midstates were wiped');
      // Two halves: a shift would truncate the counter to 32 bits.
      message.setUint32(0, Math.floor(counter * HIGH_HALF));
      message.setUint32(4, counter >>> 0);
      hash.load(state, inner);
      state.process(message, 0);
      hash.store(state, digest);
      hash.load(state, outer);
      state.process(digest, 0);
      hash.store(state, digest);
      return bytes;
    },
    clean() {
      hash.load(state, workplace.start);
      state.roundClean();
      bytes.fill(0);
    },
    destroy() {
      destroyed = true;
      inner.fill(0);
      outer.fill(0);
      bytes.fill(0);
    },
  };
}

/** By what noble documents: two hash objects a key, cloned into working ones for each counter. */
export function cloneMac(hash: BlockHash, secret: Uint8Array): CounterMac {
  const { blockLen, outputLen } = hash.noble;
  const key = shorten(hash, secret);
  const block = new Uint8Array(blockLen);
  const inner = hash.noble.create().update(mask(block, key, INNER));
  const outer = hash.noble.create().update(mask(block, key, OUTER));
  block.fill(0);
  const work = hash.noble.create();
  const message = new Uint8Array(8);
  const view = new DataView(message.buffer);
  const digest = new Uint8Array(outputLen);
  return {
    of(counter) {
      view.setUint32(0, Math.floor(counter * HIGH_HALF));
      view.setUint32(4, counter >>> 0);
      inner._cloneInto(work).update(message).digestInto(digest);
      outer._cloneInto(work).update(digest).digestInto(digest);
      return digest;
    },
    clean() {
      digest.fill(0);
    },
    destroy() {
      inner.destroy();
      outer.destroy();
      work.destroy();
      digest.fill(0);
    },
  };
}

/**
 * Noble's types keep the compression protected, so it is used only where it is there and makes what
 * the documented function makes, of one block, asked once a process.
 */
function prove(hash: BlockHash): Workplace | 'unproven' {
  try {
    const workplace = furnish(hash);
    const { state, start, digest, bytes } = workplace;
    const block = padded(hash.noble.blockLen, 8, 8);
    // Twice, so that the second is right only if the state was set back in between.
    state.process(block, 0);
    hash.load(state, start);
    state.process(block, 0);
    hash.store(state, digest);
    state.roundClean();
    const documented = hash.noble(new Uint8Array(8));
    return bytes.every((byte, i) => byte === documented[i]) ? workplace : 'unproven';
  } catch {
    return 'unproven';
  }
}

function furnish(hash: BlockHash): Workplace {
  const { blockLen, outputLen } = hash.noble;
  const state = hash.noble.create() as unknown as NobleState;
  // Both messages of an HMAC follow a block of key.
  const message = padded(blockLen, 8, blockLen + 8);
  const digest = padded(blockLen, outputLen, blockLen + outputLen);
  hash.store(state, digest);
  const start = words(digest, outputLen);
  const keyBytes = new Uint8Array(blockLen);
  const key = new DataView(keyBytes.buffer);
  const bytes = new Uint8Array(digest.buffer, 0, outputLen);
  return { hash, state, start, key, message, digest, keyBytes, bytes };
}

/** A last block with room for so many bytes, of a message so long in all (FIPS 180-4 section 5.1). */
function padded(blockLen: number, room: number, length: number): DataView {
  const block = new DataView(new ArrayBuffer(blockLen));
  block.setUint8(room, 0x80);
  block.setUint32(blockLen - 4, length * 8);
  return block;
}

function midstate(workplace: Workplace, secret: Uint8Array, byte: number): Int32Array {
  const { hash, state, start, key, keyBytes, digest } = workplace;
  mask(keyBytes, secret, byte);
  hash.load(state, start);
  state.process(key, 0);
  hash.store(state, digest);
  keyBytes.fill(0);
  return words(digest, hash.noble.outputLen);
}

function words(block: DataView, length: number): Int32Array {
  const made = new Int32Array(length / 4);
  for (let i = 0; i < made.length; i++) made[i] = block.getInt32(4 * i);
  return made;
}

function mask(block: Uint8Array, key: Uint8Array, byte: number): Uint8Array {
  block.fill(byte);
  for (let i = 0; i < key.length; i++) block[i]! ^= key[i]!;
  return block;
}

/** A key longer than a block is hashed first (RFC 2104 section 2). */
function shorten(hash: BlockHash, secret: Uint8Array): Uint8Array {
  return secret.length > hash.noble.blockLen ? hash.noble(secret) : secret;
}
