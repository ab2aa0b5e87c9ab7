// What people type and paste, as digits; every script that this runtime can count in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeCode } from '../../src/otp-field/normalize-code.js';

/** The numbering systems with ten digits of their own, as `Intl` writes them. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem').flatMap((system) => {
  const numbers = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
  const digits = [...'0123456789'].map((digit) => numbers.format(Number(digit)));
  return digits.every((digit) => /^\p{Nd}$/u.test(digit)) ? [{ system, digits }] : [];
});

test.each(SCRIPTS)('the digits of $system are 0 to 9', ({ digits }) => {
  expect(normalizeCode(digits.join(''))).toBe('0123456789');
});

test('there are many such scripts, and no digit of Unicode is left out', () => {
  expect(SCRIPTS.length).toBeGreaterThan(60);
  const all = Array.from({ length: 0x110000 }, (_, point) => point)
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point))
    .filter((char) => /\p{Nd}/u.test(char));
  const read = normalizeCode(all.join(''));
  expect(read).toHaveLength(all.length);
  // Whole scripts, one after the other.
  expect(read).toBe('0123456789'.repeat(all.length / 10));
});

test.each([
  ['two groups', '287 082'],
  ['a narrow, an ideographic and a non-breaking space', '2\u202f8\u30007\u00a0082'],
  ['a hyphen, an en dash, a minus and a fullwidth one', '28-7\u20130\u22128\uff0d2'],
  ['marks of direction and a space of no width', '\u200f287\u200b082\u2069'],
  ['the line it was copied with', '\t287082\r\n'],
])('%s do not count', (_, text) => {
  expect(normalizeCode(text)).toBe('287082');
});

describe('what is no digit', () => {
  test.each(['28708o', 'code 287082', '287.082', '²³¹', '٣x', '一二三'])('stays: %s', (text) => {
    expect(normalizeCode(text)).not.toMatch(/^\d*$/);
  });

  test('is all that can be left beside 0 to 9, and a second look changes nothing', () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normalizeCode(text);
        if (once !== text) changed++;
        expect(normalizeCode(once)).toBe(once);
        expect(once.replace(/[0-9]/g, '')).not.toMatch(/[\s\p{Nd}\p{Pd}]/u);
      }),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(20);
  });
});
