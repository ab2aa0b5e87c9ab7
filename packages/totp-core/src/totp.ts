/** RFC 6238 section 4: time steps, and the code of an instant. */
import { TotpError } from './errors.js';
import { hotp } from './hotp.js';
import { checkInstant, type TotpKey, type TotpParams } from './key.js';

/**
 * The code at an instant.
 *
 * @throws TotpError `ERR_INSTANT` if `at` (Unix milliseconds) is no instant or before the epoch,
 * `ERR_SECRET` if the key was destroyed.
 * @example
 * totp(importKey(secret), { at: Date.now() }); // '287082'
 */
export function totp(key: TotpKey, options: { at: number }): string {
  return hotp(key, timeStep(key, options.at));
}

/**
 * The time step of an instant: whole periods since the epoch.
 *
 * @param at Unix milliseconds.
 * @throws TotpError `ERR_INSTANT` if `at` is no instant or lies before the epoch.
 * @example
 * timeStep(key, 59_000); // 1
 */
export function timeStep(key: TotpKey, at: number): number {
  return stepOf(key.params, at);
}

/**
 * Seconds until the code at an instant gives way to the next, above 0 and at most the period.
 *
 * @param at Unix milliseconds.
 * @throws TotpError `ERR_INSTANT` if `at` is no instant or lies before the epoch.
 * @example
 * secondsRemaining(key, 59_000); // 1
 */
export function secondsRemaining(key: TotpKey, at: number): number {
  const next = stepOf(key.params, at) + 1;
  return next * key.params.period - sinceEpoch(key.params, at);
}

/** Seconds from the epoch to an instant. */
export function sinceEpoch(params: Required<TotpParams>, at: number): number {
  return (at - params.epoch * 1000) / 1000;
}

/** The time step of an instant, before the epoch too. */
export function stepAt({ epoch, period }: Required<TotpParams>, at: number): number {
  // Divided once, from milliseconds: seconds as a fraction could round up into the next step.
  return Math.floor((at - epoch * 1000) / (period * 1000));
}

/** The time step of an instant, checked. */
export function stepOf(params: Required<TotpParams>, at: number): number {
  checkInstant(at);
  const step = stepAt(params, at);
  if (step < 0) throw new TotpError('ERR_INSTANT', 'at lies before the epoch');
  return step + 0; // Never -0.
}
