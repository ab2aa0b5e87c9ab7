/** What an accepted code shows of its authenticator's clock. */
import { observe, predict } from '@driftlock/totp-core';
import type { Match } from './compare.js';
import { gridOf } from './credential.js';
import type { Accepted } from './decision.js';
import type { Setup } from './setup.js';

/** Only a confirmed code teaches, and only what its own step shows. */
export function teach(
  setup: Setup,
  { account, at, now }: { account: string; at: number; now: number },
  { credential, step }: Match,
): void {
  const { period, epoch } = gridOf(credential);
  const estimate = observe(credential.estimate, { at, step, period, epoch });
  setup.emit(account, now, { type: 'observed', credential: credential.id, estimate });
}

/** The step and the offset of one code, as its decision shows them. */
export function shown(at: number, match: Match | undefined): Pick<Accepted, 'step' | 'offset'> {
  if (!match) return {};
  const { period, epoch } = gridOf(match.credential);
  const { min, max } = predict(observe(undefined, { at, step: match.step, period, epoch }), at);
  return { step: match.step, offset: { min, max } };
}
