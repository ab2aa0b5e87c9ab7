/** The steps that a verification asks about, as totp-core counts them. */
import type { Credential } from '@driftlock/verifier';

export type WindowOptions = Parameters<Credential['verify']>[1];

/** Seconds. */
interface Grid {
  period: number;
  epoch: number;
}

/** No step lies before the epoch: the window is cut there. */
export function stepsOf(
  { period, epoch }: Grid,
  { at, window, drift = 0 }: WindowOptions,
): { first: number; count: number } {
  const centre = Math.floor((at + drift * 1000 - epoch * 1000) / (period * 1000));
  const first = Math.max(0, centre - window.backward);
  return { first, count: Math.max(0, centre + window.forward - first + 1) };
}
