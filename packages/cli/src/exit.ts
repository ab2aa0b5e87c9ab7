/** Exit codes; a script may lean on them. */
export const EXIT = {
  valid: 0,
  /** Also a tour in which a scene fails. */
  notValid: 1,
  usage: 2,
  replayed: 3,
  /** A clock is why: the code is real, and not of this time. */
  clock: 4,
  /** sysexits' EX_TEMPFAIL: the same command may succeed later. */
  tryLater: 75,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];
