/** Settling one provisional decision: only a fresh yes confirms, and only a live no contradicts. */
import type { UserStatus } from '@driftlock/api-client';
import type { Rejected } from './decision.js';
import { honour } from './honour.js';
import type { AccountState } from './ledger.js';
import type { Denial, OutboxRelease, OutboxRow, Settlement } from './outbox.js';
import { type Answer, ask, failureOf, orAborted } from './question.js';
import type { Setup } from './setup.js';
import { teach } from './teach.js';

export type Outcome =
  | { settlement: 'contradicted'; reason: Rejected['reason'] }
  | { settlement: Exclude<Settlement, 'contradicted'> }
  /** Not yet: `down` where the authority could not be reached. */
  | { settlement: 'open'; down: boolean };

export interface Claimed {
  row: OutboxRow;
  /** This machine's clock when the row was claimed. */
  at: number;
  /** Whether somebody was told that this decision is provisional, so that a no must be revoked. */
  told: boolean;
  /** Once aborted, nothing more is sent. */
  signal?: AbortSignal;
}

/** Takes a claimed row as far as it goes now: settled, or released for another time. */
export async function settle(setup: Setup, claimed: Claimed): Promise<Outcome> {
  const { row, signal } = claimed;
  const { authority, policy } = setup;
  if (row.sent === 'denied') return contradict(setup, claimed, row.denial ?? 'mismatch');
  if (row.sent === 'pending') return poll(setup, claimed);
  const mayAsk = row.sent === 'no' || authority?.repeatable === true;
  if (!mayAsk) return finish(setup, claimed, 'ambiguous');
  if (!isLive(setup, claimed)) {
    return finish(setup, claimed, row.sent === 'no' ? 'lapsed' : 'ambiguous');
  }
  const { user, code, id } = row;
  if (!authority || policy.mode === 'offline' || code === undefined || signal?.aborted) {
    return release(setup, claimed, { sent: row.sent === 'maybe' ? 'maybe' : 'no' });
  }
  const seen = await setup.ledger.state(row.account);
  const deadline = policy.liveDeadline;
  // Called off, a question already sent is still heard out: its answer could not be had again.
  const answer = await ask(authority, { user, code, id, deadline });
  return heed(setup, claimed, { answer, seen });
}

/** A clock that far before a decision it made itself was ahead when it made it. */
const SET_BACK = 60_000;

/** Whether an answer can still be had while the code is alive, so that a no is about the code. */
function isLive({ policy }: Setup, { row, at }: Claimed): boolean {
  return at + policy.liveDeadline <= row.deadline && at >= row.decidedAt - SET_BACK;
}

async function heed(
  setup: Setup,
  claimed: Claimed,
  { answer, seen }: { answer: Answer; seen: AccountState },
): Promise<Outcome> {
  const { row, told } = claimed;
  switch (answer.ruling) {
    case 'valid':
      return confirm(setup, claimed, seen);
    case 'invalid':
      // "Reused" after a question of ours that may have arrived can be our own use.
      if (answer.reason === 'reused' && row.retried) return finish(setup, claimed, 'ambiguous');
      // A machine that slept may have asked about a code that was dead by then: too little to revoke
      // what somebody was told, and enough to tell nobody yes.
      if (told && answer.reason === 'mismatch' && (await setup.clock.read()).at >= row.deadline) {
        return finish(setup, claimed, 'ambiguous');
      }
      return contradict(setup, claimed, answer.reason);
    case 'pending':
      return release(setup, claimed, { sent: 'pending', decision: answer.decision });
    case 'down':
      return release(setup, claimed, { sent: 'no' });
    case 'ambiguous':
      if (!setup.authority?.repeatable) return finish(setup, claimed, 'ambiguous');
      return release(setup, claimed, { sent: 'maybe' });
    default:
      // Answered, it was received: its step may be used there, though nobody says so.
      await setup.outbox.release(row.id, { sent: 'maybe' });
      return finish(setup, claimed, 'lapsed');
  }
}

/** A pending decision of the authority's own: ours settles as that one does, or when nobody cares. */
async function poll(setup: Setup, claimed: Claimed): Promise<Outcome> {
  const { authority, policy } = setup;
  const { row, at } = claimed;
  const { decision } = row;
  const tooLate = at - row.decidedAt > policy.offline.hours * 3_600_000;
  if (!authority?.settlement || decision === undefined || tooLate) {
    return finish(setup, claimed, 'lapsed');
  }
  const again: OutboxRelease = { sent: 'pending', decision };
  try {
    const signal = AbortSignal.timeout(policy.liveDeadline);
    const asked = authority.settlement({ user: row.user, decision, signal });
    switch (await orAborted(asked, signal)) {
      case 'confirmed':
        // When it was confirmed is not said: nothing but its own use is known to be older.
        return await confirm(setup, claimed, { uses: [{ id: row.id, at: row.decidedAt }] });
      case 'contradicted':
        return await contradict(setup, claimed, 'mismatch');
      case 'pending':
        return await release(setup, claimed, again);
      case 'ambiguous':
        return await finish(setup, claimed, 'ambiguous');
      default:
        return await finish(setup, claimed, 'lapsed');
    }
  } catch (error) {
    if (failureOf(error) === 'refused') return finish(setup, claimed, 'lapsed');
    return release(setup, claimed, again);
  }
}

/** What it means for every code of a user that the authority denies the user. */
export function denialOf(status: Exclude<UserStatus, 'active'>): Denial {
  return status === 'suspended' ? 'suspended' : 'unknown-user';
}

/** `seen`: what was so when the question was asked that was answered yes. */
async function confirm(
  setup: Setup,
  claimed: Claimed,
  seen: Pick<AccountState, 'uses' | 'latch'>,
): Promise<Outcome> {
  const { row, at } = claimed;
  const { id, account } = row;
  const outcome = await finish(setup, claimed, 'confirmed');
  await honour(setup, { id, account, now: at, seen });
  const held = await setup.credentials(account);
  const credential = held.find((one) => one.id === row.credential);
  if (credential) teach(setup, { account, at: row.at, now: at }, { credential, step: row.step });
  return outcome;
}

/** A no is written down before it is carried out, so that a failure or a crash repeats it. */
export async function contradict(setup: Setup, claimed: Claimed, denial: Denial): Promise<Outcome> {
  const { row, at, told } = claimed;
  const { id, account } = row;
  if (row.sent !== 'denied') {
    await setup.outbox.release(id, { sent: 'denied', denial });
  }
  await setup.ledger.latch(account, { latched: true, id, at });
  if (told) await setup.revoke({ id, account });
  setup.emit(account, at, { type: 'alarm', id, alarm: 'contradiction' });
  setup.emit(account, at, { type: 'latched', id });
  await finish(setup, claimed, 'contradicted');
  return { settlement: 'contradicted', reason: denial === 'reused' ? 'replayed' : denial };
}

async function finish<S extends Settlement>(
  setup: Setup,
  { row, at }: Claimed,
  settlement: S,
): Promise<{ settlement: S }> {
  const { id, account } = row;
  if (await setup.outbox.settle(id, settlement, at)) {
    setup.emit(account, at, { type: 'settled', id, settlement });
  }
  return { settlement };
}

async function release(setup: Setup, { row }: Claimed, outcome: OutboxRelease): Promise<Outcome> {
  await setup.outbox.release(row.id, outcome);
  return { settlement: 'open', down: outcome.sent === 'no' };
}
