/** This device's clock: what one tab learns of it, every tab knows, and the next start too. */
import {
  type ClockReading,
  type ClockRecord,
  readClock,
  trustClock,
  witnessClock,
} from '@driftlock/totp-core';
import type { Clock } from '@driftlock/verifier';
import type { Store } from './store.js';

const KEY = 'device';
/** Milliseconds the stored newest time may lag behind, so that reading seldom writes. */
const LAG = 1000;

/**
 * A clock whose record is in the store. Each reading is weighed against the newest time any tab has
 * seen, and against the furthest this tab's own monotonic clock was outrun.
 *
 * @example
 * const clock = storedClock(store);
 * await clock.read(); // { at: 1795413600000, state: 'unknown' }
 */
export function storedClock(
  store: Store,
  { now, monotonic }: { now?: () => number; monotonic?: () => number } = {},
): Clock {
  const wall = now ?? Date.now;
  const steady = monotonic ?? now ?? (() => performance.now());
  const session = crypto.randomUUID();
  let own: { lead: number; vouched: number } | undefined;

  function change<T>(
    step: (
      before: ClockRecord | undefined,
      here: ClockReading,
    ) => { record: ClockRecord; result: T; vouches?: true },
  ): Promise<T> {
    return store.write(['clock'], async ({ clock }) => {
      const stored = await clock.get(KEY);
      const mine = stored && own?.vouched === stored.vouched ? { lead: own.lead, session } : {};
      const before = stored && { ...stored.record, ...mine };
      const here = { wall: wall(), monotonic: steady(), session };
      const { record, result, vouches } = step(before, here);
      const vouched = (stored?.vouched ?? 0) + (vouches ? 1 : 0);
      if (vouches || differs(stored?.record, record)) await clock.put({ record, vouched }, KEY);
      own = { lead: record.lead, vouched };
      return result;
    });
  }

  return {
    read: () =>
      change((before, here) => {
        const { record, ...read } = readClock(before, here);
        return { record, result: { at: here.wall, ...read } };
      }),
    witness: (between) =>
      change((before, here) => ({
        record: witnessClock(before, here, between),
        result: undefined,
        vouches: true,
      })),
    trust: () =>
      change((before, here) => ({
        record: trustClock(before, here),
        result: undefined,
        vouches: true,
      })),
  };
}

function differs(before: ClockRecord | undefined, next: ClockRecord): boolean {
  return (
    before === undefined ||
    before.unsafe !== next.unsafe ||
    before.witnessed !== next.witnessed ||
    Math.abs(next.newest - before.newest) >= LAG
  );
}
