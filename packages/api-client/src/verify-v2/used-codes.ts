// Codes that may have been good, remembered for as long as any Verify factor could take them again.

/** At most two steps of a minute on each side of the present one: five minutes. */
const LONGEST_MS = 5 * 60 * 1000;

export interface UsedCodes {
  /** Whether nobody has this code; from then on somebody has. */
  claim(code: string): boolean;
  /** It was good, or may have been. */
  keep(code: string): void;
  /** It was not. */
  release(code: string): void;
}

/** `now` in milliseconds from any origin; a clock that is set back only remembers for longer. */
export function usedCodes(now: () => number): UsedCodes {
  const until = new Map<string, number>();
  const forgetPast = (): void => {
    const at = now();
    for (const [code, end] of until) if (end < at) until.delete(code);
  };
  return {
    claim(code) {
      forgetPast();
      if (until.has(code)) return false;
      until.set(code, Number.POSITIVE_INFINITY);
      return true;
    },
    keep: (code) => void until.set(code, now() + LONGEST_MS),
    release: (code) => void until.delete(code),
  };
}
