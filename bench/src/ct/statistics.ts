/** Whether two classes of timings differ: Welch's t over raw and cropped samples, as dudect asks it. */

/** Timings in the order they were taken, and the class, 0 or 1, of each. */
export interface Samples {
  nanoseconds: Float64Array;
  classes: Uint8Array;
}

/** The strongest difference found between the two classes. */
export interface Difference {
  /** |t|, the largest over the raw samples, the crops and the second order. */
  t: number;
  /** Which samples showed it: all, the fastest so many, or the squares of all. */
  shownBy: string;
  /** t / sqrt(n) there: what it is for any number of samples. */
  tau: number;
  /** Mean of class 1 less mean of class 0 there, in nanoseconds (squared, of squares). */
  difference: number;
  /** Of all samples, in nanoseconds. */
  median: number;
}

const CROPS = 100;
const DROPPED = 10; // The first samples of a run, as in dudect.

/** The raw test, 100 crops of the slow end, and the test of second order: the strongest of them. */
export function strongest(samples: Samples): Difference {
  const nanoseconds = samples.nanoseconds.subarray(DROPPED);
  const classes = samples.classes.subarray(DROPPED);
  const sorted = nanoseconds.toSorted();
  const quantiles = Array.from({ length: CROPS }, (_, i) => 1 - 0.5 ** ((10 * (i + 1)) / CROPS));
  const limits = quantiles.map((quantile) => sorted[Math.floor(quantile * sorted.length)]!);
  const all = new Tally();
  const crops = limits.map(() => new Tally());
  for (let i = 0; i < nanoseconds.length; i++) {
    const value = nanoseconds[i]!;
    all.add(classes[i]!, value);
    for (let crop = 0; crop < CROPS; crop++) {
      if (value < limits[crop]!) crops[crop]!.add(classes[i]!, value);
    }
  }
  const squares = new Tally();
  for (let i = 0; i < nanoseconds.length; i++) {
    squares.add(classes[i]!, (nanoseconds[i]! - all.mean[classes[i]!]!) ** 2);
  }
  const tests: [string, Tally][] = [
    ['all', all],
    ['squares', squares],
    ...crops.map((crop, i): [string, Tally] => [`${(quantiles[i]! * 100).toFixed(0)} %`, crop]),
  ];
  const [shownBy, best] = tests.reduce((one, two) => (two[1].t() > one[1].t() ? two : one));
  return {
    t: best.t(),
    shownBy,
    tau: best.t() / Math.sqrt(best.n[0]! + best.n[1]!),
    difference: best.mean[1]! - best.mean[0]!,
    median: sorted[sorted.length >> 1]!,
  };
}

/** Counts, means and variances of two classes, kept up by Welford's updates. */
export class Tally {
  readonly n: number[] = [0, 0];
  readonly mean: number[] = [0, 0];
  readonly #squares = [0, 0];

  add(side: number, value: number): void {
    const delta = value - this.mean[side]!;
    this.n[side]!++;
    this.mean[side]! += delta / this.n[side]!;
    this.#squares[side]! += delta * (value - this.mean[side]!);
  }

  /** Welch's |t|; 0 where there are too few values, or all are equal. */
  t(): number {
    const [zero, one] = [0, 1].map((side) => {
      return this.#squares[side]! / (this.n[side]! - 1) / this.n[side]!;
    });
    const t = Math.abs(this.mean[1]! - this.mean[0]!) / Math.sqrt(zero! + one!);
    return Number.isFinite(t) ? t : 0;
  }
}

/** The middle one; of an even number, the lower of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}
