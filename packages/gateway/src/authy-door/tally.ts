/** What happened at this door since its process began, month by month, in UTC. */

export type Counted = 'api_calls' | 'auths' | 'calls' | 'sms' | 'users';

export interface Month extends Record<Counted, number> {
  year: number;
  /** From 0, as Date has it. */
  month: number;
}

export interface Tally {
  count(what: Counted): void;
  /** Oldest first; only those in which something happened. */
  months(): Month[];
}

export function createTally(now: () => number): Tally {
  const months: Month[] = [];
  return {
    count(what) {
      const date = new Date(now());
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      let counted = months.find((one) => one.year === year && one.month === month);
      if (!counted) {
        counted = { year, month, api_calls: 0, auths: 0, calls: 0, sms: 0, users: 0 };
        months.push(counted);
      }
      counted[what]++;
    },
    months: () => months.toSorted((a, b) => a.year - b.year || a.month - b.month),
  };
}
