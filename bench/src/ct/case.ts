/** Pairs of input classes for one function, and what a difference between them would mean. */

/**
 * `equal`: both classes get one verdict, and must not differ. `apart`: their verdicts differ, so
 * whoever asks is told them apart anyway. `control`: must differ, or the run could not have seen
 * anything. `null`: one class twice. `graded`: one class is delayed on purpose. `peer`: another
 * library's early exit.
 */
export type Kind = 'equal' | 'apart' | 'control' | 'null' | 'graded' | 'peer';

export interface Case {
  name: string;
  kind: Kind;
  /** The two classes in words. */
  classes: readonly [string, string];
  samples: number;
  /** Calls in one sample. */
  inner: number;
  prepare(): Subject;
}

/** The function under test, and its inputs by class. */
export interface Subject {
  run(input: unknown): unknown;
  /** A new input of a class; whatever else it needs, it draws. */
  make(side: 0 | 1, random: () => number): unknown;
  /** By how many nanoseconds class 1 is delayed on purpose. */
  delay?: number;
}

/** For a whole verify of microseconds. */
export const WHOLE = { samples: 20_000, inner: 16 };
/** For what takes some hundred nanoseconds or less. */
export const SHORT = { samples: 100_000, inner: 64 };
