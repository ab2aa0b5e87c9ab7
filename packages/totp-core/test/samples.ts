// Estimates made by hand: samples at given offsets, as `observe` would keep them.
import type { DriftEstimate, DriftSample } from '../src/index.js';

export const START = 1_800_000_000_000;
export const DAY = 86_400_000;

/** A code whose step began `lag` seconds before an authenticator `offset` seconds fast showed it. */
export function sample(at: number, offset: number, lag: number): DriftSample {
  const min = offset - lag;
  return { at, step: Math.floor(at / 30_000), min, max: min + 60 };
}

/** One sample a day, oldest first. */
export function estimateOf(
  codes: readonly (readonly [offset: number, lag: number])[],
  more: Partial<DriftEstimate> = {},
): DriftEstimate {
  const samples = codes.map(([offset, lag], day) => sample(START + day * DAY, offset, lag));
  const base = { version: 1, period: 30, epoch: 0, rate: 0, origin: 0, days: [] } as const;
  return { ...base, days: [], samples, ...more };
}
