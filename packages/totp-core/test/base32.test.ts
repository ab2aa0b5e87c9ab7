// Base32 as people paste it, and nothing else (RFC 4648 section 6).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from '../src/base32.js';
import rfc4648 from './vectors/base32_rfc4648.json' with { type: 'json' };

const refusal = expect.objectContaining({
  name: 'TotpError',
  code: 'ERR_SECRET',
  message: 'the secret is not Base32',
});

describe('decodeBase32', () => {
  it.each(rfc4648.vectors)('decodes the vector $base32 of RFC 4648', ({ text, base32 }) => {
    expect(decodeBase32(base32)).toStrictEqual(new TextEncoder().encode(text));
  });

  it('gives back what was encoded, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toStrictEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it.each([
    ['lower case', 'mzxw6ytb'],
    ['groups of four', 'MZXW 6YTB'],
    ['dashes', 'MZXW-6YTB-'],
    ['spaces around it', '  MZXW6YTB '],
  ])('accepts %s', (_, text) => {
    expect(decodeBase32(text)).toStrictEqual(new TextEncoder().encode('fooba'));
  });

  it('accepts a text with and without its padding, and padding in groups', () => {
    expect(decodeBase32('MZXW6')).toStrictEqual(decodeBase32('MZXW6==='));
    expect(decodeBase32('MZXW 6=== ')).toStrictEqual(decodeBase32('MZXW6'));
  });

  it.each([
    ['the empty text', ''],
    ['nothing but spaces and dashes', ' - '],
    ['nothing but padding', '========'],
    ['an equals sign in the middle', 'MZ=W6YTB'],
    ['too little padding', 'MZXW6=='],
    ['too much padding', 'MZXW6===='],
    ['a whole block of padding', 'MZXW6YTB========'],
    ['1 letter', 'M'],
    ['3 letters', 'MZX'],
    ['6 letters', 'MZXW6Y'],
    ['9 letters', 'MZXW6YTBM'],
    ['6 letters with padding', 'MZXW6Y=='],
    ['trailing bits that are not zero', 'MZXW7'],
    ['trailing bits that are not zero, with padding', 'MZ======'],
    ['the digit 0', 'MZXW6YT0'],
    ['the digit 1', 'MZXW6YT1'],
    ['the digit 8', 'MZXW6YT8'],
    ['an exclamation mark', 'MZXW6YT!'],
    ['a line break', 'MZXW\n6YTB'],
    ['a Cyrillic letter that looks Latin', 'MZXW6YT\u0412'],
    ['a dotless i, which folds into I', 'MZXW6YT\u0131'],
    ['a long s, which folds into S', 'MZXW6YT\u017f'],
    ['a full-width letter', 'MZXW6YT\uff21'],
    ['a name of Object.prototype', 'constructor'],
  ])('refuses %s without quoting it', (_, text) => {
    expect(() => decodeBase32(text)).toThrow(refusal);
  });

  it('refuses exactly the texts that are not canonical, of all texts over the alphabet', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(letters, (text) => {
        const spareBits = (text.length * 5) % 8;
        const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(text.at(-1)!);
        if (spareBits < 5 && last % 2 ** spareBits === 0) {
          expect(decodeBase32(text).length).toBe(Math.floor((text.length * 5) / 8));
          expect(encodeBase32(decodeBase32(text))).toBe(text);
        } else {
          expect(() => decodeBase32(text)).toThrow(refusal);
        }
      }),
      { numRuns: 500 },
    );
  });
});
