/** How probable each explanation of a code is, by Bayes' rule over all of them. */
import { believe, type Cell, shownFor, sum } from './belief.js';
import type { DriftEstimate } from './estimate.js';
import { middle } from './interval.js';
import type { TotpParams } from './key.js';
import { offsetOf } from './offset.js';
import { awayBy, CLOCKS, CODES, lateBy, shareOf } from './prior.js';
import type { Variants } from './variants.js';
import { defaultReach } from './verify.js';

/** What a search came to. */
export interface Found {
  /** Every step that the code is of. */
  steps: readonly number[];
  /** How probable such a code is under other parameters, and as a slip. */
  variants: Variants;
  /** How many digits it has. */
  digits: number;
}

/** What is known besides. */
export interface Known {
  params: Required<TotpParams>;
  at: number;
  /** The last step consumed, or -1. */
  after: number;
  estimate?: DriftEstimate | undefined;
  /** Seconds searched each way. */
  reach: number;
}

/** One explanation. Its clock is `wrong` where no window would hold what it shows. */
export interface Explanation {
  cause:
    | 'clock'
    | 'wrong-clock'
    | 'late'
    | 'noted'
    | 'replayed'
    | 'parameters'
    | 'nothing'
    | 'beyond';
  /** The step that the code is of; absent where it is of none. */
  step?: number;
  /** 0 to 1; those of all explanations add up to 1. */
  probability: number;
}

export interface Weighed {
  all: Explanation[];
  /** The earlier codes are of two clocks, sooner than of one. */
  unstable: boolean;
}

/** Every explanation of a code. */
export function weigh(found: Found, known: Known): Weighed {
  const { params, at, estimate, reach } = known;
  const tolerance = defaultReach(params.period) * params.period;
  const shown = found.steps.map((step) => offsetOf(params, { at, step }));
  const edges = [-tolerance, tolerance, ...shown.flatMap(({ min, max }) => [min, max])];
  // A code that is typed again says nothing new.
  const samples = estimate?.samples.filter(({ step }) => !found.steps.includes(step)) ?? [];
  const belief = believe(samples, { params, at, rate: estimate?.rate ?? 0, edges });
  const { total, unstable } = belief;
  const unsearched = CLOCKS.free * (1 - awayBy({ min: -reach, max: reach })) + CLOCKS.beyond;
  const chance = total / 10 ** found.digits;
  const all: Explanation[] = [
    ...found.steps.flatMap((step) => explainStep(step, belief, { ...known, tolerance })),
    { cause: 'parameters', probability: total * CODES.parameters * found.variants.parameters },
    {
      cause: 'nothing',
      probability: chance * CODES.nothing + total * CODES.slip * found.variants.slip,
    },
    { cause: 'beyond', probability: chance * CODES.fresh * unsearched },
  ];
  const whole = sum(all.map(({ probability }) => probability));
  return {
    all: all.map((one) => ({ ...one, probability: one.probability / whole })),
    unstable,
  };
}

function explainStep(
  step: number,
  { cells, total }: { cells: readonly Cell[]; total: number },
  { params, at, after, tolerance }: Known & { tolerance: number },
): Explanation[] {
  const fits = offsetOf(params, { at, step });
  const shown = shownFor(params, { at, step });
  const fresh = (CODES.fresh * params.period) / (fits.max - fits.min);
  const clocks = cells.map((cell) => ({
    wrong: Math.abs(middle(cell)) > tolerance,
    // Who used a newer code has set the clock back since, or has another one.
    probability: fresh * shareOf(cell, fits) * ((step < after ? 0 : cell.stayed) + cell.other),
  }));
  const right = cells.find((cell) => cell.right)!;
  const of = (wrong: boolean): number =>
    sum(clocks.filter((clock) => clock.wrong === wrong).map(({ probability }) => probability));
  return [
    { cause: 'clock', step, probability: of(false) },
    { cause: 'wrong-clock', step, probability: of(true) },
    {
      cause: 'late',
      step,
      probability: (right.stayed + right.other) * CODES.late * lateBy(shown),
    },
    { cause: 'noted', step, probability: total * CODES.noted * awayBy(shown) },
    { cause: 'replayed', step, probability: step === after ? total * CODES.replayed : 0 },
  ];
}
