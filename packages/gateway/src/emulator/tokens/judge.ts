/** Whether a code of a user's is good, each one once. */
import { verify } from '@driftlock/totp-core';
import type { Token } from '../users/seeds.js';
import type { User } from '../users/users.js';

/** Seconds around the emulator's clock in which a code is accepted. */
export interface Tolerance {
  backward: number;
  forward: number;
}

/**
 * Asks every token of the user, and consumes the step of each that matches. One whose step was used
 * refuses the code, so that a seed held twice does not make its codes good twice.
 *
 * Synchronous from the comparison to the consuming: two requests cannot come between.
 */
export function judge(
  user: User,
  code: string,
  { at, tolerance }: { at: number; tolerance: Tolerance },
): 'valid' | 'used' | 'wrong' {
  const matches: { token: Token; step: number }[] = [];
  for (const token of tokensOf(user)) {
    const { epoch, period } = token.key.params;
    if (at < epoch * 1000) continue;
    const verdict = verify(token.key, code, { at, window: inSteps(tolerance, period) });
    if (verdict.valid) matches.push({ token, step: verdict.step });
  }
  if (matches.length === 0) return 'wrong';
  if (matches.some(({ token, step }) => token.used.has(step))) return 'used';
  for (const { token, step } of matches) token.used.add(step);
  user.confirmed = true;
  return 'valid';
}

function tokensOf({ device, app, generic, others }: User): Token[] {
  return [...(device ? [app] : []), ...(generic ? [generic] : []), ...others];
}

function inSteps({ backward, forward }: Tolerance, period: number): Tolerance {
  return { backward: Math.floor(backward / period), forward: Math.floor(forward / period) };
}
