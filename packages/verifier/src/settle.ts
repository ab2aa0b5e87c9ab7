/** Settling one provisional decision: only a fresh yes confirms, and only a live no contradicts. */
import type { Ruling, UserStatus } from '@driftlock/api-client';
import type { Rejected } from './decision.js';
import { honour } from './honour.js';
import type { OutboxRelease, OutboxRow, Settlement } from './outbox.js';
import { type Answer, ask, failureOf, orAborted } from './question.js';
import type { Setup } from './setup.js';
import { teach } from './teach.js';

type Denial = Extract<Ruling, { ruling: 'invalid' }>['reason'];

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
  signal?: AbortSignal;
}

/** Takes a claimed row as far as it goes now: settled, or released for another time. */
export async function settle(setup: Setup, claimed: Claimed): Promise<Outcome> {
  const { row, at } = claimed;
  const { authority, policy } = setup;
  const live = at <= row.deadline;
  if (row.sent === 'pending') return poll(setup, claimed);
  const mayAsk = row.sent === 'no' || authority?.repeatable === true;
  if (!mayAsk) return finish(setup, claimed, 'ambiguous');
  if (!live) return finish(setup, claimed, row.sent === 'no' ? 'lapsed' : 'ambiguous');
  if (!authority || policy.mode === 'offline' || row.code === undefined) {
    return release(setup, claimed, { sent: 'no' });
  }
  const { user, code, id } = row;
  const { signal } = claimed;
  const deadline = policy.liveDeadline;
  const answer = await ask(authority, { user, code, id, deadline, ...(signal ? { signal } : {}) });
  return heed(setup, claimed, answer);
}

async function heed(setup: Setup, claimed: Claimed, answer: Answer): Promise<Outcome> {
  const { row } = claimed;
  switch (answer.ruling) {
    case 'valid':
      return confirm(setup, claimed, claimed.at);
    case 'invalid':
      // "Reused" after a question of ours that may have arrived can be our own use.
      if (answer.reason === 'reused' && row.retried) return finish(setup, claimed, 'ambiguous');
      return contradict(setup, claimed, answer.reason);
    case 'pending':
      return release(setup, claimed, { sent: 'pending', decision: answer.decision });
    case 'down':
      return release(setup, claimed, { sent: 'no' });
    case 'ambiguous':
      if (!setup.authority?.repeatable) return finish(setup, claimed, 'ambiguous');
      return release(setup, claimed, { sent: 'maybe' });
    default:
      return finish(setup, claimed, 'lapsed');
  }
}

/** A pending decision of the authority's own: ours settles as that one does. */
async function poll(setup: Setup, claimed: Claimed): Promise<Outcome> {
  const { authority, policy } = setup;
  const { decision } = claimed.row;
  if (!authority?.settlement || decision === undefined) return finish(setup, claimed, 'lapsed');
  const again: OutboxRelease = { sent: 'pending', decision };
  try {
    const signal = AbortSignal.timeout(policy.liveDeadline);
    switch (await orAborted(authority.settlement({ decision, signal }), signal)) {
      case 'confirmed':
        return confirm(setup, claimed, claimed.row.decidedAt);
      case 'contradicted':
        return contradict(setup, claimed, 'mismatch');
      case 'pending':
        return release(setup, claimed, again);
      case 'ambiguous':
        return finish(setup, claimed, 'ambiguous');
      default:
        return finish(setup, claimed, 'lapsed');
    }
  } catch (error) {
    if (failureOf(error) === 'refused') return finish(setup, claimed, 'lapsed');
    return release(setup, claimed, again);
  }
}

/** The authority denies the user, whatever the code was. */
export async function deny(
  setup: Setup,
  claimed: Claimed,
  status: Exclude<UserStatus, 'active'>,
): Promise<Outcome> {
  return contradict(setup, claimed, status === 'suspended' ? 'suspended' : 'unknown-user');
}

/** `asked`: no later than the question that was answered yes. */
async function confirm(setup: Setup, claimed: Claimed, asked: number): Promise<Outcome> {
  const { row, at } = claimed;
  const outcome = await finish(setup, claimed, 'confirmed');
  await honour(setup, { id: row.id, account: row.account, asked, now: at });
  const held = await setup.credentials(row.account);
  const credential = held.find(({ id }) => id === row.credential);
  if (credential) {
    teach(setup, { account: row.account, at: row.at, now: at }, { credential, step: row.step });
  }
  return outcome;
}

/** Latched and revoked before the row is settled, so that a crash in between repeats and forgets nothing. */
async function contradict(setup: Setup, claimed: Claimed, denial: Denial): Promise<Outcome> {
  const { row, at, told } = claimed;
  const { id, account } = row;
  await setup.ledger.latch(account, { latched: true, at });
  if (told) await setup.revoke({ id, account });
  setup.emit(account, at, { type: 'alarm', id, alarm: 'contradiction' });
  setup.emit(account, at, { type: 'latched', id });
  await finish(setup, claimed, 'contradicted');
  return {
    settlement: 'contradicted',
    reason: denial === 'reused' ? 'replayed' : denial,
  };
}

async function finish<S extends Settlement>(
  setup: Setup,
  { row, at }: Claimed,
  settlement: S,
): Promise<{ settlement: S }> {
  const { id, account } = row;
  if (await setup.inTime(setup.outbox.settle(id, settlement, at))) {
    setup.emit(account, at, { type: 'settled', id, settlement });
  }
  return { settlement };
}

async function release(setup: Setup, { row }: Claimed, outcome: OutboxRelease): Promise<Outcome> {
  await setup.inTime(setup.outbox.release(row.id, outcome));
  return { settlement: 'open', down: outcome.sent === 'no' };
}
