/** Closed intervals of seconds: intersection, and the best agreement of several (Marzullo). */

/** All seconds from `min` to `max`, both included. */
export interface Interval {
  min: number;
  max: number;
}

/** What several intervals agree on. */
export interface Agreement extends Interval {
  /** How many of them hold all of it. */
  count: number;
}

/** What two intervals share; undefined if they do not meet. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const min = Math.max(a.min, b.min);
  const max = Math.min(a.max, b.max);
  return min <= max ? { min, max } : undefined;
}

/** An interval grown by as much at both ends. */
export function widen(interval: Interval, by: number): Interval {
  return { min: interval.min - by, max: interval.max + by };
}

/** Its middle. */
export function middle(interval: Interval): number {
  return (interval.min + interval.max) / 2;
}

/** Where most of the intervals overlap; of equals, the lowest. At least one is needed. */
export function agreement(intervals: readonly Interval[]): Agreement {
  const ends = intervals
    .flatMap(({ min, max }) => [
      { at: min, enters: true },
      { at: max, enters: false },
    ])
    // Closed: where one ends as another begins, they meet.
    .sort((a, b) => a.at - b.at || Number(b.enters) - Number(a.enters));
  let depth = 0;
  let best: Agreement = { min: 0, max: 0, count: 0 };
  ends.forEach((end, i) => {
    depth += end.enters ? 1 : -1;
    if (depth > best.count) best = { min: end.at, max: ends[i + 1]!.at, count: depth };
  });
  return best;
}
