// Secrets from WebCrypto randomness.
import { describe, expect, it } from 'vitest';
import { decodeBase32 } from '../src/base32.js';
import { generateSecret, importKey, totp } from '../src/index.js';

describe('generateSecret', () => {
  it('makes 20 bytes of Base32 that import as a key', () => {
    const secret = generateSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(totp(importKey(secret), { at: 0 })).toMatch(/^[0-9]{6}$/);
  });

  it('makes as many bytes as asked', () => {
    const lengths = [16, 17, 18, 19, 20, 32, 64, 1024];
    expect(lengths.map((bytes) => decodeBase32(generateSecret(bytes)).length)).toStrictEqual(
      lengths,
    );
  });

  it('never makes the same one twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => generateSecret())).size).toBe(1000);
  });

  it.each([0, 15, 16.5, 1025, Number.NaN, Number.POSITIVE_INFINITY, -20])(
    'refuses %s bytes',
    (n) => {
      expect(() => generateSecret(n)).toThrow(expect.objectContaining({ code: 'ERR_PARAMS' }));
    },
  );

  it('throws a TypeError for a length that is no number', () => {
    expect(() => generateSecret('20' as never)).toThrow(TypeError);
  });
});
