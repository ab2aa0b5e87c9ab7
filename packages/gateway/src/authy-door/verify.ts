/** Authy's call about a typed code: the one verifier and the one ledger decide, as behind /v1. */
import type { Decision, Rejected } from '@driftlock/verifier';
import { originOf } from '../parts.js';
import type { Account } from '../stores/stores.js';
import type { Call } from './door.js';
import {
  accountNameOf,
  type DoorParts,
  isUser,
  LOCKED,
  noteAct,
  soon,
  type User,
} from './door-parts.js';
import { type Refusal, refuse } from './refusals.js';
import { trySent } from './try-sent.js';
import { tokenIsValid } from './wire.js';

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
    const settlement = await door.settlements.within(door.policy.liveDeadline, decision.id);
    // Why it was contradicted is not for who typed it.
    if (settlement === 'contradicted') return refuse(c, 'token-wrong');
    const enough = settlement === 'confirmed' || door.options.provisional === 'accept';
    if (!enough) return refuse(c, 'failed', soon(door));
  }
  door.tally.count('auths');
  return c.json(tokenIsValid({ sent: false }));
}

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
  const { reason, retryAfter = reason === 'locked' ? LOCKED : soon(door).retryAfter } = decision;
  if (reason === 'unknown-user') {
    // A user of ours without a seed is a user, whose code can only be wrong.
    return refuse(c, door.mode === 'authority' && user.known ? 'token-wrong' : 'unknown-verifying');
  }
  const why = ANSWERS[reason] ?? 'failed';
  return refuse(c, why, why === 'too-many' || why === 'failed' ? { retryAfter } : {});
}
