/** HMAC over an 8-byte counter (RFC 2104, RFC 4226 section 5.2) from cached midstates. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

/** The hash under the HMAC. */
export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';

const HASHES = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;

/** A secret as its inner and outer HMAC midstates: one counter costs two compressions. */
export interface CounterMac {
  /** HMAC of a counter, in a buffer that the next call overwrites. */
  of(counter: number): Uint8Array;
  /** Wipes the midstates and the last digest. */
  destroy(): void;
}

/** Whether an algorithm is one of the three. */
export function isAlgorithm(name: string): name is Algorithm {
  return Object.hasOwn(HASHES, name);
}

/** Length of an algorithm's HMAC in bytes. */
export function macLength(algorithm: Algorithm): number {
  return HASHES[algorithm].outputLen;
}

/** Computes the two midstates of a secret once. */
export function createCounterMac(algorithm: Algorithm, secret: Uint8Array): CounterMac {
  const midstates = hmac.create(HASHES[algorithm], secret);
  // Cloned into for every counter, so that a step makes no hash objects.
  const work = midstates.clone();
  const message = new Uint8Array(8);
  const view = new DataView(message.buffer);
  const digest = new Uint8Array(macLength(algorithm));
  return {
    of(counter) {
      // Two halves: a shift would truncate the counter to 32 bits.
      view.setUint32(0, Math.floor(counter / 2 ** 32));
      view.setUint32(4, counter >>> 0);
      midstates._cloneInto(work);
      work.update(message).digestInto(digest);
      return digest;
    },
    destroy() {
      midstates.destroy();
      work.destroy();
      digest.fill(0);
    },
  };
}
