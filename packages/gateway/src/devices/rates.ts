/** How often a device may ask one process: a bucket that fills by the minute. */
import { createLatest } from '../stores/latest.js';

export interface Rates {
  /** Takes one request of a device; where there is none left, the seconds until there is. */
  take(device: string): { taken: true } | { taken: false; retryAfter: number };
}

const MINUTE = 60_000;
/** Devices that are told apart; the bucket of one that was forgotten is full. */
const KNOWN = 10_000;

export function createRates({
  perMinute,
  now,
}: {
  perMinute: number;
  /** Unix milliseconds. */
  now: () => number;
}): Rates {
  const buckets = createLatest<{ left: number; at: number }>(KNOWN);
  return {
    take(device) {
      const at = now();
      const known = buckets.get(device) ?? { left: perMinute, at };
      // Set back, the clock fills nothing and empties nothing.
      const elapsed = Math.max(0, at - known.at);
      const left = Math.min(perMinute, known.left + (elapsed * perMinute) / MINUTE);
      const taken = left >= 1;
      buckets.put(device, { left: taken ? left - 1 : left, at });
      if (taken) return { taken };
      return { taken, retryAfter: Math.ceil(((1 - left) * MINUTE) / perMinute / 1000) };
    },
  };
}
