/** What became of an account, as the gateway tells it, carried out before anything is told to it. */
import type { Denial } from '@driftlock/verifier';
import { forget } from './custody.js';
import type { Pulled, Trouble } from './device-gateway.js';
import type { Drain } from './drain.js';
import { markRevoked } from './evidence.js';
import { failLane, keep, type Lane } from './lane.js';
import { suspendLease, tellLease, unheardOf } from './lease.js';
import { openDecisions, openEvidence } from './open-rows.js';
import type { Revoked } from './sync-event.js';
import { afterAnswer, afterFailure } from './sync-row.js';

/** Milliseconds by which two clocks may differ about when a token ends. */
const SLACK = 60_000;

/** Asks after the account and carries out the answer; whether its evidence may be told now. */
export async function pull(drain: Drain, lane: Lane): Promise<boolean> {
  const unheardBefore = await unheardOf(drain.parts.store, lane.account);
  const answer = await lane.gateway.pull(lane.row.since, drain.signal);
  if (drain.signal.aborted) return false;
  if ('trouble' in answer) {
    await heedTrouble(drain, lane, answer);
    return false;
  }
  const { pulled } = answer;
  if (pulled.account.id !== lane.user) {
    // Somebody else's token: nothing of what it opens is about this account.
    await failLane(drain, lane, { trouble: 'signed-out', gone: false });
    return false;
  }
  drain.unreached = 0;
  await witness(drain, pulled);
  const whole = await carryOut(drain, lane, { ...pulled, unheardBefore });
  const { next, expiresAt, account } = pulled;
  // Evidence told is forgotten here; a no that came later would have nothing left to end.
  const ready = whole && account.status !== undefined;
  const { now, random } = drain.parts;
  const answered = afterAnswer(lane.row);
  const again = { ...answered, tries: lane.row.tries };
  lane.row = {
    ...(ready ? answered : afterFailure(again, { at: now(), random })),
    since: whole ? Math.floor(next) : lane.row.since,
    pulledAt: now(),
    signedIn: { until: expiresAt, token: lane.token },
  };
  lane.time = pulled.now;
  await keep(drain, lane.row);
  return ready;
}

async function heedTrouble(drain: Drain, lane: Lane, trouble: Trouble): Promise<void> {
  const { signedIn } = lane.row;
  const gone = trouble.trouble === 'signed-out' && trouble.gone;
  // A token that the gateway should still know was taken away: the device was revoked.
  const revoked =
    gone && signedIn?.token === lane.token && drain.parts.now() < signedIn.until - SLACK;
  if (!revoked) {
    // It may have been: before it ever asked, or as a clock set ahead hides.
    if (gone) await suspendLease(drain.parts.store, lane.account);
    return failLane(drain, lane, trouble);
  }
  const some = (await provisional(drain, lane.account)).length > 0;
  await end(drain, lane, { why: 'device-revoked' });
  // It is asked until nothing is left to end, and what was accepted meanwhile is ended, too.
  await failLane(drain, lane, some ? { trouble: 'again', reached: true } : trouble);
}

/** The gateway's `now` was so at some instant while its answer was waited for. */
async function witness(drain: Drain, { now, took }: Pulled): Promise<void> {
  if (drain.witnessed) return;
  drain.witnessed = true;
  await drain.parts.verifier.clock.witness({ min: now, max: now + took });
}

/** Whether all of it could be carried out. */
async function carryOut(
  drain: Drain,
  lane: Lane,
  pulled: Pulled & { unheardBefore: readonly string[] },
): Promise<boolean> {
  const { store, verifier } = drain.parts;
  const { account } = lane;
  const { status, latched } = pulled.account;
  if (status === 'suspended' || status === 'unknown') {
    const ids = await end(drain, lane, { why: status });
    return (await provisional(drain, account)).every(({ id }) => ids.includes(id));
  }
  const { lease, now: toldAt, unheardBefore } = pulled;
  await tellLease(store, { account, lease, toldAt, unheardBefore });
  const gone = new Set(pulled.revoked.map(({ id }) => id));
  const denied = (await provisional(drain, account)).filter(
    ({ id, decision }) => gone.has(id) || (decision !== undefined && gone.has(decision)),
  );
  if (denied.length === 0) {
    if (latched) await verifier.deny({ account, decisions: [] });
    return true;
  }
  const ids = denied.map(({ id }) => id);
  return (await revoke(drain, lane, { ids, why: 'contradicted' })).length === ids.length;
}

/** Nothing is accepted here for the account any more, and what it began is ended. */
async function end(drain: Drain, lane: Lane, { why }: { why: Revoked }): Promise<string[]> {
  await forget(drain.parts.store, lane);
  const ids = (await provisional(drain, lane.account)).map(({ id }) => id);
  return revoke(drain, lane, { ids, why });
}

const DENIALS: Record<Revoked, Denial> = {
  suspended: 'suspended',
  unknown: 'unknown-user',
  'device-revoked': 'unknown-user',
  contradicted: 'mismatch',
};

async function revoke(
  { parts }: Drain,
  { account }: Lane,
  { ids, why }: { ids: string[]; why: Revoked },
): Promise<string[]> {
  const denial = DENIALS[why];
  const done = await parts.verifier.deny({ account, decisions: ids, denial });
  await markRevoked(parts.store, done);
  if (done.length > 0) parts.emit({ type: 'revoked', account, ids: done, why });
  return done;
}

/** Acceptances of this device alone that stand, as far as it knows. */
async function provisional(
  { parts }: Drain,
  account: string,
): Promise<{ id: string; decision?: string }[]> {
  return parts.store.read(['outbox', 'evidence'], async ({ outbox, evidence }) => {
    const open = await openDecisions(outbox, account).toArray();
    const told = await openEvidence(evidence, account).toArray();
    return [...open.map(({ row }) => row), ...told.filter((row) => row.revoked !== true)];
  });
}
