/** What many trials came to: verdicts, how many were right, and how sure they were. */
import type { Judged } from './trial.js';

/** Where the bins of predicted probabilities end. */
export const BINS: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

export interface Bin {
  count: number;
  /** The sum of what was predicted. */
  predicted: number;
  right: number;
}

export interface Tally {
  verdicts: Record<string, number>;
  right: number;
  /** Wrong, and said to be certain. */
  wronglyCertain: number;
  bins: Bin[];
}

export function emptyTally(): Tally {
  const bins = BINS.map(() => ({ count: 0, predicted: 0, right: 0 }));
  return { verdicts: {}, right: 0, wronglyCertain: 0, bins };
}

export function add(tally: Tally, { verdict, posterior, certain, right }: Judged): void {
  tally.verdicts[verdict] = (tally.verdicts[verdict] ?? 0) + 1;
  if (right) tally.right++;
  else if (certain) tally.wronglyCertain++;
  const bin = tally.bins[BINS.findIndex((end) => posterior <= end)]!;
  bin.count++;
  bin.predicted += posterior;
  if (right) bin.right++;
}

/** A failure, what was said of its first code and of its second. */
export interface Row {
  name: string;
  /** How many logins were known. */
  logins: number;
  trials: number;
  first: Tally;
  second: Tally;
}

/** Of what share of the codes asked about a failure is, and what each bin then holds. */
export type Mix = Readonly<Record<string, number>>;

export interface Reliable {
  bins: { upTo: number; share: number; count: number; predicted: number; observed: number }[];
  /** The mean distance of what was predicted from what was observed. */
  error: number;
}

/** Each trial counts as much as its failure has of the mix. */
export function reliability(rows: readonly Row[], mix: Mix): Reliable {
  const of = rows.filter(({ name }) => mix[name] !== undefined);
  const whole = of.reduce((sum, { name }) => sum + mix[name]!, 0);
  const bins = BINS.map((upTo, i) => {
    const sums = { share: 0, count: 0, predicted: 0, observed: 0 };
    for (const { name, trials, first } of of) {
      const weight = mix[name]! / whole / trials;
      const bin = first.bins[i]!;
      sums.share += weight * bin.count;
      sums.count += bin.count;
      sums.predicted += weight * bin.predicted;
      sums.observed += weight * bin.right;
    }
    const { share, count, predicted, observed } = sums;
    if (share === 0) return { upTo, share, count, predicted: 0, observed: 0 };
    return { upTo, share, count, predicted: predicted / share, observed: observed / share };
  });
  const error = bins.reduce(
    (sum, { share, predicted, observed }) => sum + share * Math.abs(predicted - observed),
    0,
  );
  return { bins, error };
}
