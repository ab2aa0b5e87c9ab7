/** Closed intervals of seconds: intersection, and the best agreement of several (Marzullo). */

/** All seconds from `min` to `max`, both included. */
export interface Interval {
  min: number;
  max: number;
}

/** What several intervals agree on. */
export interface Agreement extends Interval {
  /** How many of them hold its ends; between, where they agree on two places, it may be fewer. */
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

/**
 * From the first to the last second that `count` of the intervals hold; where none is held by so
 * many, by as many as there are. With `count` - f it holds the truth if at most f of them do not.
 */
export function agreement(
  intervals: readonly Interval[],
  count: number = intervals.length,
): Agreement {
  const held = (x: number): boolean => {
    let hold = 0;
    for (const { min, max } of intervals) if (min <= x && x <= max) hold++;
    return hold >= count;
  };
  const starts = intervals.map(({ min }) => min).filter(held);
  if (starts.length === 0 && count > 0) return agreement(intervals, count - 1);
  const ends = intervals.map(({ max }) => max).filter(held);
  return { min: Math.min(...starts), max: Math.max(...ends), count };
}
