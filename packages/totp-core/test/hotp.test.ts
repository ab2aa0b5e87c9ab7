// RFC 4226, stage by stage.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrees, codeNumber, hotp, remainder } from '../src/hotp.js';
import { importKey } from '../src/import-key.js';
import rfc4226 from './vectors/hotp_rfc4226.json' with { type: 'json' };

const KEY = importKey(Buffer.from(rfc4226.secretHex, 'hex'));
const DIGITS = [6, 7, 8] as const;

describe('hotp', () => {
  it.each(rfc4226.vectors)('gives code $code for counter $counter of RFC 4226', (vector) => {
    expect(hotp(KEY, vector.counter)).toBe(vector.code);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses counter %s',
    (counter) => {
      expect(() => hotp(KEY, counter)).toThrow(expect.objectContaining({ code: 'ERR_PARAMS' }));
    },
  );

  it.each([null, undefined, '1', 1n])('throws a TypeError for %s as counter', (counter) => {
    expect(() => hotp(KEY, counter as never)).toThrow(TypeError);
  });
});

describe('codeNumber', () => {
  it.each(rfc4226.vectors)('keeps the last digits of $truncated of counter $counter', (vector) => {
    for (const digits of DIGITS) {
      const mac = Buffer.from(vector.hmac, 'hex');
      expect(codeNumber(mac, digits)).toBe(vector.truncated % 10 ** digits);
    }
  });

  it('reads the word a direct index would, for every length and offset', () => {
    for (const length of [20, 32, 64]) {
      for (let round = 0; round < 500; round++) {
        const mac = randomBytes(length);
        mac[length - 1] = (mac[length - 1]! & 0xf0) | (round % 16);
        const word = mac.readUInt32BE(round % 16) & 0x7fffffff;
        for (const digits of DIGITS) expect(codeNumber(mac, digits)).toBe(word % 10 ** digits);
      }
    }
  });
});

describe('remainder', () => {
  const of = (value: number, digits: 6 | 7 | 8): number =>
    remainder(value >>> 16, value & 0xffff, digits);

  // For a fixed upper half the quotient's estimate is one number, and what it has to be grows with
  // the lower half: whatever goes wrong first goes wrong at an end, or beside a multiple.
  it.each(DIGITS)('equals that by 10^%i at both ends of every upper half', (digits) => {
    for (let upper = 0; upper < 2 ** 15; upper++) {
      for (const value of [upper * 65_536, upper * 65_536 + 65_535]) {
        if (of(value, digits) !== value % 10 ** digits) expect.fail(`differs at ${value}`);
      }
    }
  });

  it.each(DIGITS)('equals that around every multiple of 10^%i', (digits) => {
    const modulus = 10 ** digits;
    for (let multiple = 0; multiple < 2 ** 31; multiple += modulus) {
      for (const value of [multiple - 1, multiple, multiple + 1]) {
        if (value < 0 || value >= 2 ** 31) continue;
        if (of(value, digits) !== value % modulus) expect.fail(`differs at ${value}`);
      }
    }
  });

  it.each(DIGITS)('equals that by 10^%i on any 31-bit value', (digits) => {
    const values = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    const equal = fc.property(values, (value) => of(value, digits) === value % 10 ** digits);
    fc.assert(equal, { numRuns: 50_000 });
  });
});

describe('agrees', () => {
  it('is 1 for the number of the HMAC and 0 for every number one bit away', () => {
    for (const digits of DIGITS) {
      for (const { hmac, truncated } of rfc4226.vectors) {
        const mac = Buffer.from(hmac, 'hex');
        const number = truncated % 10 ** digits;
        expect(agrees(mac, digits, number)).toBe(1);
        for (let bit = 0; bit < 27; bit++) expect(agrees(mac, digits, number ^ (1 << bit))).toBe(0);
      }
    }
  });
});
