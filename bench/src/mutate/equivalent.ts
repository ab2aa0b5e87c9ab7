/** Mutants that do what the code does: each with the reason. They count as survivors all the same. */

/** A mutant by its text, since lines move. */
export interface Equivalent {
  file: string;
  /** A piece of the line it begins in, which tells it from others of the same text. */
  where: string;
  code: string;
  replacement: string;
  why: string;
}

export const EQUIVALENT: readonly Equivalent[] = [];
