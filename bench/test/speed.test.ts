// The speed run's own parts; it times nothing here.
import { describe, expect, test } from 'vitest';
import { CELLS, timedByPosition, timedFor } from '../src/speed/cells.js';
import { interleave, median, pairedRatio } from '../src/speed/measure.js';
import { AT, subjects } from '../src/speed/subjects.js';

// Two of the libraries ask the clock themselves.
const clock = Date;
globalThis.Date = class extends clock {
  constructor() {
    super(AT);
  }
  static override now(): number {
    return AT;
  }
} as DateConstructor;

describe('every library', () => {
  test.each(['SHA1', 'SHA256', 'SHA512'] as const)('answers alike with %s', async (algorithm) => {
    const small = CELLS.filter((cell) => cell.steps <= 10);
    const timed = await Promise.all(small.map((cell) => timedFor(algorithm, cell)));
    const expected = algorithm === 'SHA1' ? [9, 9, 10, 10, 10] : [8, 8, 8, 8, 8];
    expect(timed.map((cell) => cell.length)).toStrictEqual(expected);
  });

  test('finds a code wherever it is in the window', () => {
    for (const { name, slow } of subjects('SHA1')) {
      if (slow || name === '@oslojs/otp') continue;
      expect(timedByPosition('SHA1', name)).toHaveLength(7);
    }
  });
});

test('a library that answers wrongly is not timed', async () => {
  const cell = { name: '±1 right', steps: 0 } as never;
  await expect(timedFor('SHA1', cell)).rejects.toThrow('is wrong in ±1 right');
});

test('rounds give every subject as many samples', async () => {
  const rounds = await interleave(
    [
      { name: 'a', run: () => 1 },
      { name: 'b', run: async () => 2, slow: true },
    ],
    3,
  );
  expect(Object.fromEntries(Object.entries(rounds).map(([k, v]) => [k, v.length]))).toStrictEqual({
    a: 3,
    b: 3,
  });
});

test('a median is the middle, and a paired ratio is taken round by round', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(pairedRatio([2, 40, 6], [1, 10, 2])).toBe(3);
});
