// Two consecutive codes tell an offset; nothing less does.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type CodeAt,
  hotp,
  importKey,
  type ResynchronizeOptions,
  resynchronize,
} from '../src/index.js';
import { openKey } from '../src/key.js';

const KEY = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const AT = 1_800_000_007_000;
const NOW = 60_000_000;

/** Codes of two steps, the second typed `apart` seconds after the first. */
function codes(first: number, second = first + 1, apart = 30): [CodeAt, CodeAt] {
  return [
    { code: hotp(KEY, first), at: AT },
    { code: hotp(KEY, second), at: AT + apart * 1000 },
  ];
}

function reason(typed: [CodeAt, CodeAt], options: ResynchronizeOptions = {}): string {
  const result = resynchronize(KEY, typed, options);
  return result.synchronized ? 'synchronized' : result.reason;
}

describe('resynchronize', () => {
  it('names the second step and the offset both codes allow', () => {
    expect(resynchronize(KEY, codes(NOW - 14, NOW - 13, 40))).toStrictEqual({
      synchronized: true,
      step: NOW - 13,
      offset: { min: -427, max: -377 },
    });
  });

  it('finds any offset up to a day, whatever the delays', () => {
    const delay = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.integer({ min: -86_400, max: 86_400 }), delay, delay, (offset, d1, d2) => {
        const first = Math.floor((AT / 1000 + offset - d1) / 30);
        const apart = (first + 1) * 30 + 15 - offset + d2 - AT / 1000;
        fc.pre(apart >= 0 && apart <= 90);
        const result = resynchronize(KEY, codes(first, first + 1, apart));
        expect(result).toMatchObject({ synchronized: true, step: first + 1 });
        if (result.synchronized) {
          expect(result.offset.min <= offset && offset <= result.offset.max).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['the same step', 0],
    ['the step before', -1],
    ['the next but one', 2],
    ['the third after', 3],
  ])('does not take %s for the next', (_, ahead) => {
    const expected = ahead === 0 ? 'same-code' : 'mismatch';
    expect(reason(codes(NOW - 14, NOW - 14 + ahead))).toBe(expected);
  });

  it('is not content with one right code', () => {
    const [first, second] = codes(NOW - 14);
    expect(reason([first, { ...second, code: '123456' }])).toBe('mismatch');
    expect(reason([{ ...first, code: '123456' }, second])).toBe('mismatch');
  });

  it('takes no step that was consumed', () => {
    const pair = codes(NOW - 14);
    expect(reason(pair, { after: NOW - 15 })).toBe('synchronized');
    expect(reason(pair, { after: NOW - 14 })).toBe('replayed');
    expect(reason(pair, { after: NOW + 9 })).toBe('replayed');
  });

  it('takes codes at most three periods apart, in the order they came', () => {
    expect(reason(codes(NOW, NOW + 1, 90))).toBe('synchronized');
    expect(reason(codes(NOW, NOW + 1, 90.001))).toBe('too-far-apart');
    expect(reason(codes(NOW, NOW + 1, -0.001))).toBe('too-far-apart');
  });

  it('takes no codes that no one clock can have shown at those times', () => {
    const key = importKey('MZXW6YTB', { period: 120 });
    const step = AT / 120_000;
    const first = { code: hotp(key, Math.floor(step)), at: AT };
    const second = { code: hotp(key, Math.floor(step) + 1), at: AT + 360_000 };
    expect(resynchronize(key, [first, second])).toStrictEqual({
      synchronized: false,
      reason: 'too-far-apart',
    });
  });

  it('searches no further than it is told', () => {
    expect(reason(codes(NOW - 14), { maxOffset: 300 })).toBe('mismatch');
    expect(reason(codes(NOW - 9), { maxOffset: 300 })).toBe('synchronized');
    expect(reason(codes(NOW + 10), { maxOffset: 300 })).toBe('synchronized');
    expect(reason(codes(NOW + 11), { maxOffset: 300 })).toBe('mismatch');
  });

  it('calls what is no code malformed, and never throws for it', () => {
    const [first, second] = codes(NOW);
    fc.assert(
      fc.property(fc.anything(), (code) => {
        fc.pre(typeof code !== 'string' || !/^[0-9]{6}$/.test(code));
        expect(reason([{ ...first, code: code as string }, second])).toBe('malformed');
        expect(reason([first, { ...second, code: code as string }])).toBe('malformed');
      }),
    );
  });

  it('throws for what only a caller can get wrong', () => {
    const pair = codes(NOW);
    for (const wrong of [{ after: Number.NaN }, { maxOffset: -1 }, { maxOffset: 86_401 }]) {
      expect(() => resynchronize(KEY, pair, wrong)).toThrow(
        expect.objectContaining({ code: 'ERR_PARAMS' }),
      );
    }
    for (const wrong of [null, [], [pair[0]], [...pair, pair[0]], 'codes', [null, pair[1]]]) {
      expect(() => resynchronize(KEY, wrong as never)).toThrow(TypeError);
    }
    expect(() => resynchronize(KEY, [{ ...pair[0], at: Number.NaN }, pair[1]])).toThrow(
      expect.objectContaining({ code: 'ERR_INSTANT' }),
    );
  });

  it('computes the same HMACs whatever the codes are', () => {
    const { mac } = openKey(KEY);
    const spy = vi.spyOn(mac, 'of');
    const work = (typed: [CodeAt, CodeAt], options: ResynchronizeOptions = {}): number => {
      spy.mockClear();
      resynchronize(KEY, typed, options);
      return spy.mock.calls.length;
    };
    try {
      const right = codes(NOW - 14);
      const wrong: [CodeAt, CodeAt] = [
        { ...right[0], code: '123456' },
        { ...right[1], code: '654321' },
      ];
      const counts = [
        work(right),
        work(wrong),
        work(codes(NOW + 2000)),
        work(right, { after: NOW }),
      ];
      expect(new Set(counts).size).toBe(1);
      expect(counts[0]).toBeGreaterThan(5761);
    } finally {
      spy.mockRestore();
    }
  });
});
