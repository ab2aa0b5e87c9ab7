import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterFailure,
  dueAt,
  isDue,
  newSyncRow,
  type SyncRow,
} from '../src/sync-row.js';

const AT = 1_800_000_000_000;
const failed = (tries: number, more: { retryAfter?: number; random?: number } = {}): SyncRow => {
  const { retryAfter, random = 1 } = more;
  let row = newSyncRow('ana');
  for (let n = 0; n < tries; n++) {
    row = afterFailure(row, {
      ...{ at: AT, random: () => random },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  return row;
};

describe('a contact that failed', () => {
  it('waits up to twice as long each time, and five minutes at most', () => {
    const waits = [1, 2, 3, 9, 10, 1000].map((tries) => (failed(tries).nextAt ?? 0) - AT);
    expect(waits).toStrictEqual([1000, 2000, 4000, 256_000, 300_000, 300_000]);
  });

  it('waits anywhere from not at all to that, so that devices don’t come all at once', () => {
    expect(failed(3, { random: 0 }).nextAt).toBe(AT);
    expect(failed(3, { random: 0.5 }).nextAt).toBe(AT + 2000);
  });

  it('waits as long as it was asked to and no longer than an hour, whoever is eager', () => {
    const row = failed(1, { retryAfter: 120, random: 0.25 });
    expect(row).toMatchObject({ nextAt: AT + 120_250, heldUntil: AT + 120_000 });
    expect(isDue(row, { at: AT + 119_999, eager: true })).toBe(false);
    expect(isDue(row, { at: AT + 120_000, eager: true })).toBe(true);
    expect(isDue(row, { at: AT + 120_000, eager: false })).toBe(false);
    expect(isDue(row, { at: AT + 120_250, eager: false })).toBe(true);
    expect(failed(1, { retryAfter: 1e9 }).heldUntil).toBe(AT + 3_600_000);
  });

  it('is due at once for whoever is eager, where nobody asked it to wait', () => {
    expect(isDue(failed(9), { at: AT, eager: true })).toBe(true);
    expect(isDue(failed(9), { at: AT, eager: false })).toBe(false);
  });

  it('forgets its failures with the first answer, and what is known otherwise stays', () => {
    const row = { ...failed(3, { retryAfter: 5 }), since: 7, paused: 'x', pulledAt: 3 };
    expect(afterAnswer(row)).toStrictEqual({ account: 'ana', since: 7, pulledAt: 3, tries: 0 });
  });

  it('never waits longer than its longest wait, wherever the clock is set', () => {
    const some = { early: 0, late: 0 };
    fc.assert(
      fc.property(
        fc.nat({ max: 30 }),
        fc.option(fc.nat({ max: 1e6 }), { nil: undefined }),
        fc.integer({ min: -1e12, max: 1e12 }),
        (tries, retryAfter, shift) => {
          const row = failed(tries + 1, retryAfter === undefined ? {} : { retryAfter });
          const at = AT + shift;
          const wait = dueAt(row, at) - at;
          some[wait > 0 ? 'late' : 'early'] += 1;
          return wait <= 3_900_000;
        },
      ),
    );
    expect(Math.min(some.early, some.late)).toBeGreaterThan(0);
  });
});
