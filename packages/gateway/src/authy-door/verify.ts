/** Authy's call about a typed code: the one verifier and the one ledger decide, as behind /v1. */
import type { Decision } from '@driftlock/verifier';
import { originOf } from '../parts.js';
import type { Account } from '../stores/stores.js';
import type { Call } from './door.js';
import {
  accountNameOf,
  type DoorParts,
  isUser,
  noteAct,
  readClock,
  retrySoon,
  type User,
} from './door-parts.js';
import { textAt } from './params.js';
import { type Refusal, refuse } from './refusals.js';
import { isSentCode } from './sent-codes.js';
import { tokenIsValid } from './wire.js';

/** Seconds a locked account is told to wait: only its operator can open it. */
const LOCKED = 3600;

/**
 * `force` changes nothing. Without it Authy takes whatever is typed for a user who never finished
 * registering; here a code is a code.
 */
export async function verifyToken(c: Call, door: DoorParts): Promise<Response> {
  const { stores, lookups } = door;
  const id = c.req.param('id') ?? '';
  if (!isUser(id)) return refuse(c, 'unknown-verifying');
  return lookups.during(
    () => stores.accounts.findByAuthyId(id),
    (found) => {
      const account = found ?? strangerOf(door, id);
      if (!account) return refuse(c, 'unknown-verifying');
      return judge(c, door, { id, account, known: found !== undefined });
    },
  );
}

type Asked = User & { known: boolean };

/**
 * In `proxy` a user nobody told us of may be one at the authority: its word decides, under a name
 * that can be no other account's.
 */
function strangerOf({ mode }: DoorParts, id: string): Account | undefined {
  return mode === 'proxy' ? { id: accountNameOf(id), authyId: id, held: [] } : undefined;
}

async function judge(c: Call, door: DoorParts, user: Asked): Promise<Response> {
  const { stores, verifier } = door;
  const code = c.req.param('token') ?? '';
  const account = user.account.id;
  const at = door.now();
  const decision = await verifier.verify({ account, code, ...originOf(c, door) });
  await stores.decisions.record({ account, decision, at });
  if (!(await isRemembered(door, user, decision))) return refuse(c, 'failed', soon(door));
  if (decision.accepted) return accept(c, door, decision);
  return (await trySent(c, door, { user, code, decision })) ?? reject(c, door, { user, decision });
}

/** Who the authority knows gets an account, so that every door finds the same ledger from now on. */
async function isRemembered(
  door: DoorParts,
  { id, account, known }: Asked,
  decision: Decision,
): Promise<boolean> {
  const { stores } = door;
  const ruled = decision.accepted || decision.reason === 'mismatch';
  if (known || !ruled) return true;
  await noteAct(door, account.id, 'create');
  await stores.accounts.create({ id: account.id, authyId: id, seeds: [] });
  // Another account may have taken this user meanwhile, with a ledger in which this code is unused.
  return (await stores.accounts.findByAuthyId(id))?.id === account.id;
}

async function accept(
  c: Call,
  door: DoorParts,
  decision: Extract<Decision, { accepted: true }>,
): Promise<Response> {
  if (decision.standing === 'provisional') {
    const { liveDeadline = 2000 } = door.policy;
    const settlement = await door.settlements.within(liveDeadline, decision.id);
    // Why it was contradicted is not for who typed it.
    if (settlement === 'contradicted') return refuse(c, 'token-wrong');
    const enough = settlement === 'confirmed' || door.options.provisional === 'accept';
    if (!enough) return refuse(c, 'failed', soon(door));
  }
  door.tally.count('auths');
  return c.json(tokenIsValid({ sent: false }));
}

type Rejected = Extract<Decision, { accepted: false }>;

const ANSWERS: Partial<Record<Rejected['reason'], Refusal>> = {
  malformed: 'token-wrong',
  mismatch: 'token-wrong',
  replayed: 'token-used',
  throttled: 'too-many',
  locked: 'too-many',
  suspended: 'suspended',
};

function reject(
  c: Call,
  door: DoorParts,
  { user, decision }: { user: Asked; decision: Rejected },
): Response {
  const { reason, retryAfter = reason === 'locked' ? LOCKED : retrySoon(door) } = decision;
  if (reason === 'unknown-user') {
    // A user of ours without a seed is a user, whose code can only be wrong.
    return refuse(c, door.mode === 'authority' && user.known ? 'token-wrong' : 'unknown-verifying');
  }
  const why = ANSWERS[reason] ?? 'failed';
  return refuse(c, why, why === 'too-many' || why === 'failed' ? { retryAfter } : {});
}

/**
 * A code that no seed knows may be one that was sent. The verifier has counted the attempt already,
 * but where no seed held has as many digits it had nothing to compare and counted none.
 */
async function trySent(
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
    const limits = policy.attempts ? { attempts: policy.attempts } : {};
    const take = await stores.ledger.take(account, { at, ...limits, ...originOf(c, door) });
    if (!take.taken) return refuse(c, 'too-many', { retryAfter: LOCKED, ...take });
    ({ attempt } = take);
  }
  const action = textAt(c.get('tree'), 'action');
  const judgement = await sent.judge(account, { code, at, attempt, action });
  if (judgement === 'wrong') return refuse(c, 'token-wrong');
  if (judgement === 'used') return refuse(c, 'token-used');
  const id = crypto.randomUUID();
  const accepted = { id, accepted: true, by: 'local', standing: 'confirmed' } as const;
  door.announce({ type: 'decided', account, at, decision: accepted });
  const told = await door.recorder.told(accepted);
  await stores.decisions.record({ account, decision: told, at });
  if (!told.accepted) return refuse(c, 'failed', soon(door));
  door.tally.count('auths');
  return c.json(tokenIsValid({ sent: true }));
}

function soon(door: DoorParts): { retryAfter: number } {
  return { retryAfter: retrySoon(door) };
}
