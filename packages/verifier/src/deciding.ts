/** What every decision has in common: an id, a clock, an event, and no exception. */
import type { Readout } from './clock.js';
import type { Decision } from './decision.js';
import { VerifierError } from './errors.js';
import type { VerifyRequest } from './login.js';
import { reportFault, type Setup } from './setup.js';

/** A decision under way. */
export interface Deciding {
  id: string;
  /** This machine's time. */
  now: number;
  clock: Readout;
  /** Whether this machine may say yes by itself. */
  clockSafe: boolean;
}

/** Whatever was typed and whatever fails, a decision comes back; a failure is `unavailable`. */
export async function unlessBroken(
  setup: Setup,
  request: VerifyRequest,
  decide: (deciding: Deciding) => Promise<Decision>,
): Promise<Decision> {
  const { account, at } = checked(request);
  const id = crypto.randomUUID();
  let now = at ?? 0;
  let decision: Decision;
  try {
    const clock = await setup.clock.read();
    now = clock.at;
    const safe = clock.state === 'safe';
    const clockSafe = safe || (clock.state === 'unknown' && setup.policy.clock === 'trusted');
    decision = await decide({ id, now, clock, clockSafe });
  } catch (error) {
    reportFault(setup, { account, at: now, id, error });
    decision = { id, accepted: false, reason: 'unavailable', retryAfter: retrySoon(setup) };
  }
  setup.emit(account, now, { type: 'decided', decision });
  return decision;
}

/** Seconds. */
export function retrySoon({ policy }: Setup): number {
  return Math.ceil(policy.liveDeadline / 1000);
}

function checked(request: VerifyRequest): VerifyRequest {
  const { account, at } = request;
  // A control character separates an account from its meters in the ledger.
  const named = typeof account === 'string' && account !== '' && !/\p{Cc}/u.test(account);
  if (!named) throw new TypeError('account must be a string of characters that print');
  if (at !== undefined && !(typeof at === 'number' && at >= 0 && at <= 8.64e15)) {
    throw new VerifierError('ERR_INSTANT', 'at must be an instant in Unix milliseconds');
  }
  return request;
}
