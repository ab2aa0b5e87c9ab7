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

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Whether letters end in a whole byte, and the bits over are 0. */
function isCanonical(letters: string): boolean {
  const spareBits = (letters.length * 5) % 8;
  return spareBits < 5 && ALPHABET.indexOf(letters.at(-1)!) % 2 ** spareBits === 0;
}

/** By writing out the bits. */
function bytesOf(letters: string): Uint8Array {
  const bits = [...letters].map((one) => ALPHABET.indexOf(one).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

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

  it('refuses a text of millions of letters as it refuses any other', () => {
    expect(decodeBase32('A'.repeat(79_992))).toHaveLength(49_995);
    expect(() => decodeBase32('A'.repeat(8_000_000))).toThrow(refusal);
  });

  it('accepts exactly the canonical ones of all lengths, last letters and paddings', () => {
    let accepted = 0;
    for (let length = 1; length <= 17; length++) {
      for (const last of ALPHABET) {
        const letters = `${'Z'.repeat(length - 1)}${last}`;
        for (let padding = 0; padding <= 9; padding++) {
          const text = letters + '='.repeat(padding);
          const whole = padding === 0 || (padding < 8 && (length + padding) % 8 === 0);
          if (whole && isCanonical(letters)) {
            expect(decodeBase32(text)).toStrictEqual(bytesOf(letters));
            accepted += 1;
          } else {
            expect(() => decodeBase32(text), text).toThrow(refusal);
          }
        }
      }
    }
    // Two lengths of each kind: whole groups, and tails of 2, 4, 5 and 7, padded or not.
    expect(accepted).toBe(2 * 32 + 2 * 2 * (8 + 2 + 16 + 4));
  });

  it.each(['1', '!', '=', '\n', '\u0131', '@', '[', '`', '{', '/', ':'])(
    'refuses %j wherever it stands in any length',
    (wrong) => {
      for (const length of [2, 4, 5, 7, 8, 10, 16]) {
        for (let at = 0; at < length; at++) {
          // An equals sign is padding at the end, and only there.
          if (wrong === '=' && at === length - 1) continue;
          const text = `${'A'.repeat(at)}${wrong}${'A'.repeat(length - at - 1)}`;
          expect(() => decodeBase32(text), text).toThrow(refusal);
        }
      }
    },
  );

  it('refuses exactly the texts that are not canonical, of all texts over the alphabet', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...ALPHABET),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(letters, (text) => {
        if (isCanonical(text)) {
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
