/** Seeded random numbers, so that a run can be had again. */

export interface Dice {
  /** From 0, below 1. */
  next(): number;
  between(low: number, high: number): number;
  /** An integer, both ends included. */
  integer(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** As often between 1 and 2 as between 2 and 4. */
  logBetween(low: number, high: number): number;
  /** Half of them below the median; `spread` is the deviation of the logarithm. */
  logNormal(median: number, spread: number): number;
  bytes(length: number): Uint8Array;
}

/** Mulberry32. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + (high - low) * next();
  const integer = (low: number, high: number): number => Math.floor(between(low, high + 1));
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    between,
    integer,
    pick: (from) => from[integer(0, from.length - 1)]!,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
    bytes: (length) => Uint8Array.from({ length }, () => integer(0, 255)),
  };
}
