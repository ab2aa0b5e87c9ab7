/** One scenario, many authenticators: how far off each estimate is after so many logins. */
import { type DriftEstimate, observe, predict, stability } from '@driftlock/totp-core';
import { createDice } from '../diagnose/dice.js';
import { type Login, logins, PERIOD } from './histories.js';
import { intersection, OTHERS } from './others.js';
import type { Scenario } from './scenarios.js';

/** After how many logins we look. */
export const LOOKS = [1, 4, 8, 32] as const;

/** Seconds of error. */
export interface Errors {
  median: number;
  p95: number;
}

/** Shares are of all trials, 0 to 1. */
export interface Look {
  logins: number;
  ours: Errors;
  /** Median width of what is predicted. */
  width: number;
  /** The true offset lies in it. */
  covered: number;
  unstable: number;
  /** Neither: silently wrong. */
  wrong: number;
  /** The plain intersection is not empty, and wrong. */
  plainWrong: number;
  others: Record<string, Errors>;
}

export interface Cell {
  name: string;
  kind: Scenario['kind'];
  looks: Look[];
}

export function simulate(
  scenario: Scenario,
  { trials, seed }: { trials: number; seed: number },
): Cell {
  const dice = createDice(seed);
  const tallies = LOOKS.map((count) => new Tally(count));
  for (let trial = 0; trial < trials; trial++) {
    const all = logins(scenario, LOOKS.at(-1)!, dice);
    let estimate: DriftEstimate | undefined;
    for (const [i, { at, step }] of all.entries()) {
      estimate = observe(estimate, { at, step, period: PERIOD, ...scenario.told });
      const tally = tallies.find((one) => one.logins === i + 1);
      tally?.add(estimate, all.slice(0, i + 1), scenario);
    }
  }
  const { name, kind } = scenario;
  return { name, kind, looks: tallies.map((tally) => tally.look()) };
}

class Tally {
  readonly logins: number;
  readonly #counts = { trials: 0, covered: 0, unstable: 0, wrong: 0, plainWrong: 0 };
  readonly #errors: number[] = [];
  readonly #widths: number[] = [];
  readonly #others = new Map<string, number[]>();

  constructor(count: number) {
    this.logins = count;
  }

  add(estimate: DriftEstimate, seen: readonly Login[], scenario: Scenario): void {
    const { at, offset } = seen.at(-1)!;
    const { min, best, max } = predict(estimate, at);
    const { stable } = stability(estimate);
    const covered = holds({ min, max }, offset);
    const counts = this.#counts;
    counts.trials++;
    counts.covered += Number(covered);
    counts.unstable += Number(!stable);
    counts.wrong += Number(stable && !covered);
    const plain = intersection(seen, scenario);
    counts.plainWrong += Number(plain !== undefined && !holds(plain, offset));
    this.#errors.push(Math.abs(best - offset));
    this.#widths.push(max - min);
    for (const [name, guess] of Object.entries(OTHERS)) {
      const guessed = guess(seen, scenario);
      if (guessed === undefined) continue;
      const errors = this.#others.get(name) ?? [];
      errors.push(Math.abs(guessed - offset));
      this.#others.set(name, errors);
    }
  }

  look(): Look {
    const { trials, ...counts } = this.#counts;
    const share = (count: number): number => round(count / trials, 6);
    return {
      logins: this.logins,
      ours: errorsOf(this.#errors),
      width: quantile(this.#widths, 0.5),
      covered: share(counts.covered),
      unstable: share(counts.unstable),
      wrong: share(counts.wrong),
      plainWrong: share(counts.plainWrong),
      others: Object.fromEntries([...this.#others].map(([name, all]) => [name, errorsOf(all)])),
    };
  }
}

function holds({ min, max }: { min: number; max: number }, offset: number): boolean {
  return min <= offset && offset <= max;
}

export function errorsOf(errors: number[]): Errors {
  return { median: quantile(errors, 0.5), p95: quantile(errors, 0.95) };
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.floor(q * sorted.length)] ?? Number.NaN, 2);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
