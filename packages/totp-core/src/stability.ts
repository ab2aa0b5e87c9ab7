/** How far an estimate can be relied on: what contradicts it, and whether two devices share a secret. */
import { consensusOf, quorum } from './consensus.js';
import { checkEstimate, type DriftEstimate, inflate } from './estimate.js';
import { agreement, type Interval, intersect, middle } from './interval.js';

/**
 * Why what is predicted may be wrong: fewer than `few` (four) codes since the clock was set; some
 * codes `outvoted` by three in four; more `spread` than the delays allowed explain; too many
 * `refused`; the clock `moved` too far to be followed; or the codes are of two devices in turn.
 */
export type Stability =
  | { stable: true }
  | { stable: false; reason: 'few' | 'outvoted' | 'spread' | 'refused' }
  | { stable: false; reason: 'moved' | 'two-devices'; offsets: [Interval, Interval] };

/**
 * Whether the interval that `predict` gives can be relied on. After `moved` or `refused`,
 * resynchronize.
 *
 * @returns `offsets` (seconds): what is predicted, and what the refused codes agree on instead, at
 * least three of them and 2 periods away.
 * @throws TotpError `ERR_PARAMS` for an estimate that is none.
 * @example
 * stability(estimate); // { stable: false, reason: 'few' }
 */
export function stability(estimate: DriftEstimate): Stability {
  const { samples, refused = [], period, rate } = checkEstimate(estimate);
  const newest = samples.at(-1);
  if (!newest) return { stable: false, reason: 'few' };
  const { min, max, best, doubt } = consensusOf(estimate);
  const now = { at: newest.at, rate };
  const rival = agreement(refused.map((one) => inflate(one, now)));
  if (rival.count >= 3 && Math.abs(middle(rival) - best) >= 2 * period) {
    const steps = refused
      .filter((one) => intersect(inflate(one, now), rival))
      .map(({ step }) => step);
    const later = samples.filter(({ step }) => step > steps[0]!);
    const offsets: [Interval, Interval] = [
      { min, max },
      { min: rival.min, max: rival.max },
    ];
    if (later.length === 0) return { stable: false, reason: 'moved', offsets };
    // If it was set right again, none lies between.
    if (later[0]!.step < steps.at(-1)!) return { stable: false, reason: 'two-devices', offsets };
  }
  // Refused codes have a vote among those that came since the first of them.
  const since = samples.filter(({ step }) => step > (refused[0]?.step ?? newest.step)).length;
  if (since < quorum(since + refused.length)) return { stable: false, reason: 'refused' };
  return doubt ? { stable: false, reason: doubt } : { stable: true };
}
