// HMAC of a counter from cached midstates (RFC 2104), against node:crypto.
import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Algorithm, createCounterMac, macLength } from '../src/hmac.js';
import rfc4226 from './vectors/hotp_rfc4226.json' with { type: 'json' };

const ALGORITHMS: Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];

function expected(algorithm: Algorithm, secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  return createHmac(algorithm, secret).update(message).digest('hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('createCounterMac', () => {
  it.each(rfc4226.vectors)('makes the HMAC of counter $counter of RFC 4226', (vector) => {
    const mac = createCounterMac('SHA1', Buffer.from(rfc4226.secretHex, 'hex'));
    expect(hex(mac.of(vector.counter))).toBe(vector.hmac);
  });

  it.each(ALGORITHMS)('agrees with node:crypto on %s for keys of 1 to 200 bytes', (algorithm) => {
    for (let length = 1; length <= 200; length++) {
      const secret = randomBytes(length);
      const mac = createCounterMac(algorithm, secret);
      for (const counter of [0, length, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        expect(hex(mac.of(counter))).toBe(expected(algorithm, secret, counter));
      }
    }
  });

  it.each(ALGORITHMS)('knows how long an HMAC of %s is', (algorithm) => {
    expect(createCounterMac(algorithm, Uint8Array.of(1)).of(0).length).toBe(macLength(algorithm));
  });

  it('does not mix up two keys used in turn', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    const [macA, macB] = [createCounterMac('SHA256', a), createCounterMac('SHA256', b)];
    for (let counter = 0; counter < 20; counter++) {
      expect(hex(macA.of(counter))).toBe(expected('SHA256', a, counter));
      expect(hex(macB.of(counter))).toBe(expected('SHA256', b, counter));
    }
  });

  it('wipes its last digest when destroyed, and works no more', () => {
    const mac = createCounterMac('SHA1', Uint8Array.of(1));
    const digest = mac.of(1);
    mac.destroy();
    expect(digest).toStrictEqual(new Uint8Array(20));
    expect(() => mac.of(1)).toThrow();
  });
});
