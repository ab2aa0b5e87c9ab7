/** What earlier codes say of an authenticator's clock, as probabilities of its offset today. */
import { type DriftSample, inflate } from './estimate.js';
import type { Interval } from './interval.js';
import type { TotpParams } from './key.js';
import { offsetOf } from './offset.js';
import {
  awayBy,
  CLOCK_LIVES,
  CLOCKS,
  CODES,
  DAY,
  lateBy,
  RIGHT,
  shareOf,
  USES,
  wrongBy,
} from './prior.js';

/** The clock's offset lies in this interval, and the earlier codes are what they are. */
export interface Cell extends Interval {
  /** Exact, or as good as: no other cell's business, though their intervals meet. */
  right: boolean;
  /** How probable that is if the clock was one and the same all the time. */
  stayed: number;
  /** How probable it is if the clock was set anew, or is one of two. */
  other: number;
}

export interface Belief {
  cells: Cell[];
  /** How probable the earlier codes are. */
  total: number;
  /** They are of two clocks, sooner than of one. */
  unstable: boolean;
}

/** An earlier code: the offsets for which it was fresh, and how probable it is otherwise. */
interface Earlier {
  offset: Interval;
  fresh: number;
  /** Late, by a clock that is right. */
  late: number;
  /** Noted, or a typing error that happens to be of a step. */
  stray: number;
}

const RECENT = 8; // Codes before the last eight add work, and next to no knowledge.

/** Reads the samples of an estimate at an instant; `edges` are offsets at which cells shall end. */
export function believe(
  samples: readonly DriftSample[],
  known: { params: Required<TotpParams>; at: number; rate: number; edges: readonly number[] },
): Belief {
  const earlier = samples.slice(-RECENT).map((sample) => readSample(sample, known));
  const ends = earlier.flatMap(({ offset }) => [offset.min, offset.max]);
  const edges = [...new Set([-DAY, DAY, ...known.edges, ...ends])]
    .filter((edge) => Math.abs(edge) <= DAY)
    .sort((a, b) => a - b);
  const wrong = edges.slice(1).map((max, i) => ({ min: edges[i]!, max, right: false }));
  const clocks = [{ ...RIGHT, right: true }, ...wrong].map((clock) => ({
    ...clock,
    prior: clock.right ? CLOCKS.right : wrongBy(clock),
    chances: earlier.map((code) => chanceOf(code, clock)),
  }));
  return weighLives(clocks, earlier.length);
}

type Clock = Interval & { right: boolean; prior: number; chances: number[] };

function weighLives(clocks: readonly Clock[], count: number): Belief {
  // The first m codes are of an earlier clock, for m from 0 to all of them.
  const past = new Array<number>(count + 1).fill(0);
  for (const { prior, chances } of clocks) {
    let product = prior;
    for (let m = 0; m <= count; m++) {
      past[m]! += product;
      product *= chances[m] ?? 1;
    }
  }
  let second = 0;
  const cells = clocks.map((clock) => {
    const { min, max, right, prior, chances } = clock;
    let product = prior;
    let anew = past[count]! * product;
    for (let m = count - 1; m >= 0; m--) {
      product *= chances[m]!;
      anew += past[m]! * product;
    }
    const both = CLOCK_LIVES.second * prior * sum(clocks.map((twin) => together(clock, twin)));
    second += both;
    const other = (CLOCK_LIVES.changed * anew) / (count + 1) + both;
    return { min, max, right, stayed: CLOCK_LIVES.stayed * product, other };
  });
  const total = sum(cells.map(({ stayed, other }) => stayed + other));
  return { cells, total, unstable: second > total / 2 };
}

/** The earlier codes are of one or the other of two clocks, whichever this one is of. */
function together(one: Clock, twin: Clock): number {
  let probability = 0;
  for (const share of USES) {
    let product = twin.prior / USES.length;
    for (let i = 0; i < one.chances.length; i++) {
      product *= share * one.chances[i]! + (1 - share) * twin.chances[i]!;
    }
    probability += product;
  }
  return probability;
}

function readSample(
  sample: DriftSample,
  { params, at, rate }: { params: Required<TotpParams>; at: number; rate: number },
): Earlier {
  const shown = shownFor(params, sample);
  const offset = inflate(sample, { at, rate });
  return {
    offset,
    fresh: CODES.fresh * Math.min(1, params.period / (offset.max - offset.min)),
    late: CODES.late * lateBy(shown),
    stray: CODES.noted * awayBy(shown) + CODES.nothing / 10 ** params.digits,
  };
}

function chanceOf({ offset, fresh, late, stray }: Earlier, clock: Interval & { right: boolean }) {
  return fresh * shareOf(clock, offset) + (clock.right ? late : 0) + stray;
}

/** When a right clock shows a step, in seconds from the instant. */
export function shownFor(
  params: Required<TotpParams>,
  { at, step }: { at: number; step: number },
): Interval {
  return offsetOf(params, { at, step, delay: { min: 0, max: 0 } });
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
