/** When an authenticator's clock will have drifted so far that its codes fail. */
import { consensusOf } from './consensus.js';
import { checkNumber } from './errors.js';
import { checkEstimate, type DriftEstimate } from './estimate.js';

const LAST_INSTANT = 8.64e15; // The end of Date.

/**
 * When an authenticator leaves the window, by the change of its offset that its codes speak for. A
 * few days of codes speak for none, nor does a clock that is kept right: then nothing is foretold.
 *
 * @param tolerance seconds its clock may be behind and ahead, 0 to 86,400. @default 30 each way
 * @returns `at` in Unix milliseconds; that of the newest code, if it has left already.
 * @throws TotpError `ERR_PARAMS` for an estimate that is none, or a tolerance out of range.
 * @example
 * leavesWindow(estimate); // { leaves: true, at: 1803168000000 }
 */
export function leavesWindow(
  estimate: DriftEstimate,
  { backward = 30, forward = 30 }: { backward?: number; forward?: number } = {},
): { leaves: true; at: number } | { leaves: false } {
  checkNumber(backward, { name: 'backward', min: 0, max: 86_400 });
  checkNumber(forward, { name: 'forward', min: 0, max: 86_400 });
  const at = checkEstimate(estimate).samples.at(-1)?.at;
  if (at === undefined) return { leaves: false };
  const { best, change, error } = consensusOf(estimate);
  const room = change > 0 ? forward - best : backward + best;
  if (best < -backward || best > forward) return { leaves: true, at };
  const leaving = at + Math.round((room / Math.abs(change)) * 1000);
  const leaves = Math.abs(change) > 3 * error && leaving <= LAST_INSTANT;
  return leaves ? { leaves, at: leaving } : { leaves };
}
