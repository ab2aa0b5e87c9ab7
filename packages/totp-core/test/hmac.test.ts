// HMAC of a counter from cached midstates (RFC 2104), against node:crypto.
import { createHmac, randomBytes } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { _SHA1, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { type Algorithm, MAC_LENGTH } from '../src/algorithm.js';
import type { BlockHash } from '../src/block-hash.js';
import { createCounterMac } from '../src/hmac.js';
import { SHA1 } from '../src/sha1-hash.js';
import { SHA256, SHA512 } from '../src/sha2-hash.js';
import rfc4226 from './vectors/hotp_rfc4226.json' with { type: 'json' };

const HASHES: [Algorithm, BlockHash][] = [
  ['SHA1', SHA1],
  ['SHA256', SHA256],
  ['SHA512', SHA512],
];
const NOBLE = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;
const COUNTERS = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER];

function expected(algorithm: Algorithm, secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  return createHmac(algorithm, secret).update(message).digest('hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Keys of a hash whose state is not where it was: they take the way that noble documents. */
const unproven = new Map(HASHES.map(([, hash]) => [hash, { ...hash, store() {} }]));

describe.each<[string, typeof createCounterMac]>([
  ['by the block', createCounterMac],
  ['by clones', (hash, secret) => createCounterMac(unproven.get(hash)!, secret)],
])('an HMAC %s', (_, create) => {
  it.each(rfc4226.vectors)('of counter $counter is that of RFC 4226', (vector) => {
    const mac = create(SHA1, Buffer.from(rfc4226.secretHex, 'hex'));
    expect(hex(mac.of(vector.counter))).toBe(vector.hmac);
  });

  it.each(HASHES)('of %s agrees with node:crypto for keys of 1 to 200 bytes', (algorithm, hash) => {
    for (let length = 1; length <= 200; length++) {
      const secret = randomBytes(length);
      const mac = create(hash, secret);
      for (const counter of [...COUNTERS, length]) {
        expect(hex(mac.of(counter))).toBe(expected(algorithm, secret, counter));
      }
    }
  });

  it.each(HASHES)('of %s is as long as stated', (algorithm, hash) => {
    expect(create(hash, Uint8Array.of(1)).of(0)).toHaveLength(MAC_LENGTH[algorithm]);
  });

  it('of one key is not mixed up with that of another used in turn', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    const [macA, macB, macC] = [create(SHA256, a), create(SHA256, b), create(SHA512, b)];
    for (let counter = 0; counter < 20; counter++) {
      expect(hex(macA.of(counter))).toBe(expected('SHA256', a, counter));
      expect(hex(macB.of(counter))).toBe(expected('SHA256', b, counter));
      if (counter % 3 === 0) macC.clean();
      expect(hex(macC.of(counter))).toBe(expected('SHA512', b, counter));
    }
  });

  it('is wiped by clean, and made again after it', () => {
    const mac = create(SHA1, Uint8Array.of(1));
    const digest = mac.of(1);
    mac.clean();
    expect(digest).toStrictEqual(new Uint8Array(20));
    expect(hex(mac.of(1))).toBe(expected('SHA1', Uint8Array.of(1), 1));
  });

  it('is wiped by destroy, and never made again: of wiped midstates anybody could make it', () => {
    const mac = create(SHA1, Uint8Array.of(1));
    const digest = mac.of(1);
    mac.destroy();
    mac.destroy();
    expect(digest).toStrictEqual(new Uint8Array(20));
    expect(() => mac.of(1)).toThrow(expect.objectContaining({ code: 'ERR_SECRET' }));
  });
});

it('keeps no hash of a key longer than a block, and no midstate of a destroyed one', () => {
  for (const proven of [true, false]) {
    const states: Watched[] = [];
    const digests: Uint8Array[] = [];
    const words: Int32Array[] = [];
    class Watched extends _SHA1 {
      constructor() {
        super();
        states.push(this);
      }
      get gone(): boolean {
        return this.destroyed;
      }
      override digest() {
        const digest = super.digest();
        digests.push(digest);
        return digest;
      }
    }
    const hash: BlockHash = {
      ...SHA1,
      ...(proven ? {} : { store() {} }),
      Noble: Watched,
      load(state, from) {
        words.push(from);
        SHA1.load(state, from);
      },
    };
    const mac = createCounterMac(hash, randomBytes(65));
    // The proof's own digest is of no key.
    expect(digests.slice(1)).toStrictEqual([new Uint8Array(20)]);
    words.length = 0;
    mac.of(5);
    expect(words.map((one) => one.some(Boolean))).toStrictEqual(proven ? [true, true] : []);
    mac.destroy();
    expect(words.map((one) => one.some(Boolean))).toStrictEqual(proven ? [false, false] : []);
    expect(states.filter((state) => !state.gone)).toStrictEqual([]);
  }
});

describe('a noble whose compression is not what it was', () => {
  it('is not used: the way it documents is taken, with the same HMACs', () => {
    const changed: Partial<BlockHash>[] = [
      { store: (_, to) => to.setInt32(0, 7) },
      { store() {} },
      {
        load() {
          throw new TypeError('state.set is not a function');
        },
      },
      { load() {} },
      { store: lastWordWrong() },
    ];
    expect(loads({})).toBe(2);
    for (const change of changed) expect(loads(change)).toBe(0);
  });

  /** Wrong in the last word alone, once a state is more than the one begun with. */
  function lastWordWrong(): BlockHash['store'] {
    let stored = 0;
    return (state, to) => {
      SHA1.store(state, to);
      if (stored++ > 0) to.setInt32(16, ~to.getInt32(16));
    };
  }

  /** How often a state was loaded for one right HMAC: not at all if noble did it its own way. */
  function loads(change: Partial<BlockHash>): number {
    let count = 0;
    const hash: BlockHash = { ...SHA1, ...change };
    const counting: BlockHash = {
      ...hash,
      load(state, from) {
        count++;
        hash.load(state, from);
      },
    };
    const mac = createCounterMac(counting, Uint8Array.of(5));
    count = 0;
    expect(hex(mac.of(9))).toBe(expected('SHA1', Uint8Array.of(5), 9));
    return count;
  }
});

it('leaves noble as it was for everybody else', () => {
  const [secret, message] = [randomBytes(20), randomBytes(100)];
  for (const [algorithm] of HASHES) {
    const half = hmac.create(NOBLE[algorithm], secret).update(message.subarray(0, 70));
    createCounterMac(HASHES.find(([name]) => name === algorithm)![1], secret).of(5);
    const made = half.update(message.subarray(70)).digest();
    const wanted = createHmac(algorithm, secret).update(message).digest('hex');
    expect(hex(made)).toBe(wanted);
  }
});
