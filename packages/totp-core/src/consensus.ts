/** What an authenticator's samples agree on, and what speaks against it (Marzullo). */
import { type DriftEstimate, type DriftSample, inflate } from './estimate.js';
import { type Agreement, agreement, type Interval, intersect } from './interval.js';
import { type Likeliest, likeliest } from './likelihood.js';

/** Of the instant of the newest sample. */
export interface Consensus extends Interval, Likeliest {
  /** Too few codes, some outvoted, or more spread than delays explain. */
  doubt?: 'few' | 'outvoted' | 'spread';
}

/** How much more a clock may drift, and a code be delayed, than was allowed, and be held still. */
const DOUBTED = { rate: 10, delay: 2, risk: 0.004 };
/** The least part of the longest delay that all samples must have in common. */
const THIN = 0.4;

/** What a consensus is computed of. */
type Basis = Pick<DriftEstimate, 'period' | 'rate' | 'samples'>;

/** What lists of samples agree on, beside all that it was computed of: whoever holds a list may change it. */
const known = new WeakMap<readonly DriftSample[], Basis & { consensus: Consensus }>();

/** The consensus of at least one sample, computed once for as long as the samples are what they were. */
export function consensusOf(estimate: DriftEstimate): Consensus {
  const { period, rate, samples } = estimate;
  const before = known.get(samples);
  if (before && isSame(before, estimate)) return before.consensus;
  const consensus = agreedBy(estimate);
  known.set(samples, { period, rate, samples: samples.map((one) => ({ ...one })), consensus });
  return consensus;
}

function isSame(before: Basis, { period, rate, samples }: Basis): boolean {
  return (
    period === before.period &&
    rate === before.rate &&
    samples.length === before.samples.length &&
    samples.every(({ at, min, max }, i) => {
      const was = before.samples[i]!;
      return at === was.at && min === was.min && max === was.max;
    })
  );
}

function agreedBy(estimate: DriftEstimate): Consensus {
  const { period, rate } = estimate;
  const { at } = estimate.samples.at(-1)!;
  const { samples, most } = currentOf(estimate, at);
  const { length } = samples;
  const delays = samples.map(({ min, max }) => max - min - period);
  const spread = most.max - most.min < THIN * Math.min(...delays);
  const outvoted = most.count < length;
  const doubt = length < 4 ? 'few' : outvoted ? 'outvoted' : spread ? 'spread' : undefined;
  // One may be false and fit in; where some don't fit, one in four may be.
  const count = doubt ? quorum(length) : length - 1;
  const doubted = { at, rate: DOUBTED.rate * rate };
  const { min, max } = agreement(
    samples.map((sample) => inflate(sample, doubted)),
    count,
  );
  const late = quickest(length, { period, delay: Math.max(...delays) });
  const within = { min, max: Math.max(max, 2 * most.min - min + late) };
  const found = { ...within, ...likeliest(samples, { at, period, rate, within }) };
  return doubt ? { ...found, doubt } : found;
}

/** Three in four. */
export function quorum(samples: number): number {
  return samples - Math.floor(samples / 4);
}

/**
 * The samples since the clock was set: as many of the newest as agree, three in four of them, the
 * oldest too, and not against all of the newest three.
 */
function currentOf(
  { samples, rate }: DriftEstimate,
  at: number,
): { samples: readonly DriftSample[]; most: Agreement } {
  const intervals = samples.map((sample) => inflate(sample, { at, rate }));
  for (let from = 0; ; from++) {
    const current = intervals.slice(from);
    const most = agreement(current);
    const agrees = (one: Interval): boolean => intersect(one, most) !== undefined;
    const settled = most.count >= quorum(current.length) && agrees(current[0]!);
    if (settled && current.slice(-3).some(agrees)) return { samples: samples.slice(from), most };
  }
}

/**
 * Seconds after its step began by which the quickest of some codes has arrived, but for the risk,
 * if delays are anything up to twice the longest allowed. The lower end of what samples agree on
 * needs no such bound: a code can't be shown early.
 */
function quickest(codes: number, { period, delay }: { period: number; delay: number }): number {
  const doubled = DOUBTED.delay * delay;
  const late = Math.max(period, doubled) * (1 - DOUBTED.risk ** (1 / codes));
  return Math.min(period + delay, Math.min(period, doubled) / 2 + late);
}
