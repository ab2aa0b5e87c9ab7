/** What happened, counted month by month on the emulator's clock. */

export interface Counts {
  api_calls: number;
  auths: number;
  calls: number;
  sms: number;
  users: number;
}

export interface Month extends Counts {
  year: number;
  /** From 0, as Date has it. */
  month: number;
}

export interface Statistics {
  count(what: keyof Counts, at: number): void;
  /** Those in which something happened, in their order. */
  months(): Month[];
}

export function createStatistics(): Statistics {
  const months = new Map<number, Month>();
  return {
    count(what, at) {
      const date = new Date(at);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const key = year * 12 + month;
      const counted = months.get(key) ?? {
        year,
        month,
        api_calls: 0,
        auths: 0,
        calls: 0,
        sms: 0,
        users: 0,
      };
      counted[what]++;
      months.set(key, counted);
    },
    months: () => [...months].sort(([a], [b]) => a - b).map(([, month]) => month),
  };
}
