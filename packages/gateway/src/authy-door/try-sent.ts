/** Whether a code that was typed is the one that was sent. */
import type { Rejected } from '@driftlock/verifier';
import { originOf } from '../parts.js';
import type { Call } from './door.js';
import { type DoorParts, LOCKED, readClock, soon, type User } from './door-parts.js';
import { textAt } from './params.js';
import { refuse } from './refusals.js';
import { isSentCode } from './sent-codes.js';
import { tokenIsValid } from './wire.js';

/**
 * A code that no seed knows may be one that was sent. The verifier has counted the attempt already,
 * but where no seed held has as many digits it had nothing to compare and counted none.
 */
export async function trySent(
  c: Call,
  door: DoorParts,
  { user, code, decision }: { user: User; code: string; decision: Rejected },
): Promise<Response | undefined> {
  const { stores, policy, sent, mode } = door;
  const counted = decision.reason === 'mismatch';
  const untried = decision.reason === 'unknown-user' || decision.reason === 'malformed';
  if (mode !== 'authority' || !isSentCode(code) || !(counted || untried)) return undefined;
  const account = user.account.id;
  const { at, safe } = await readClock(door);
  if (!(await sent.find(account, at))) return undefined;
  const { attempts, latch } = await stores.ledger.state(account);
  if (latch || !safe) return refuse(c, 'failed', soon(door));
  let attempt = attempts.next - 1;
  if (!counted) {
    const take = await stores.ledger.take(account, {
      at,
      attempts: policy.attempts,
      ...originOf(c, door),
    });
    if (!take.taken) return refuse(c, 'too-many', { retryAfter: LOCKED, ...take });
    ({ attempt } = take);
  }
  const action = textAt(c.get('tree'), 'action');
  const judgement = await sent.judge(account, { code, at, attempt, action });
  if (judgement === 'wrong') return refuse(c, 'token-wrong');
  if (judgement === 'used') return refuse(c, 'token-used');
  return acceptSent(c, door, { account, at });
}

/** As any other yes, it waits for the audit log. */
async function acceptSent(
  c: Call,
  door: DoorParts,
  { account, at }: { account: string; at: number },
): Promise<Response> {
  const id = crypto.randomUUID();
  const decision = { id, accepted: true, by: 'local', standing: 'confirmed' } as const;
  door.announce({ type: 'decided', account, at, decision });
  const told = await door.recorder.told(decision);
  await door.stores.decisions.record({ account, decision: told, at });
  if (!told.accepted) return refuse(c, 'failed', soon(door));
  door.tally.count('auths');
  return c.json(tokenIsValid({ sent: true }));
}
