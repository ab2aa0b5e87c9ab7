/** Accepting a code: its step is consumed first, in one atomic operation, or it is not accepted. */
import { FAR, isNear, type Match, matchingSteps, NEAR } from './compare.js';
import { beginOf, comparable, gridOf } from './credential.js';
import type { Accepted, Decision } from './decision.js';
import { VerifierError } from './errors.js';
import { honour } from './honour.js';
import { type Consume, NOT_HELD } from './ledger.js';
import type { Login, Shared } from './login.js';
import type { OutboxRow } from './outbox.js';
import type { Setup } from './setup.js';
import type { Facts, Next } from './table.js';
import { shown, teach } from './teach.js';

/** Consumes what the code matches; an authority's yes to a code used here is refused, with an alarm. */
export async function acceptConfirmed(
  { setup }: Shared,
  login: Login,
  { by }: Extract<Next, { do: 'confirm' }>,
): Promise<Decision> {
  const { id, account, comparison, now } = login;
  const { match, matches } = await matchesOf(login);
  for (const each of matches) {
    if ((await setup.ledger.consume(useOf(login, each))) === 'first') continue;
    if (by === 'authority') {
      setup.emit(account, now, { type: 'alarm', id, alarm: 'replay-after-yes' });
    }
    return { id, accepted: false, reason: 'replayed' };
  }
  if (comparison.verdict === 'valid') await consumeTwins(setup, login, comparison.twins);
  if (by === 'authority') await heedYes(setup, login, match);
  if (match) teach(setup, login, match);
  return { id, accepted: true, by, standing: 'confirmed', ...shown(login.at, match) };
}

/** The step that was read, where it lies near our clock; and every step the code must not be good for again. */
async function matchesOf(login: Login): Promise<{ match: Match | undefined; matches: Match[] }> {
  const { comparison, held, code, at, state } = login;
  if (comparison.verdict === 'valid')
    return { match: comparison.match, matches: [comparison.match] };
  const near = await matchingSteps(held, code, { at, state, reach: NEAR });
  const match = near.findLast((one) => isNear(one, at));
  if (match) return { match, matches: near };
  // Read by a clock far off ours: not to be learned from, but not to be good a second time either.
  return { match, matches: await matchingSteps(held, code, { at, state, reach: FAR }) };
}

/** The authority's yes; to a code that a held credential should have known, it is a warning too. */
async function heedYes(setup: Setup, login: Login, match: Match | undefined): Promise<void> {
  const { id, account, held, code, now, state, attempt } = login;
  const isHeld = comparable(held, code).length > 0;
  if (!isHeld) {
    const step = Math.floor(now / 1000);
    await setup.ledger.consume({ account, credential: NOT_HELD, step, at: now });
  }
  const unknown = !match && isHeld;
  if (unknown) {
    await setup.ledger.latch(account, { latched: true, id, at: now });
    setup.emit(account, now, { type: 'latched', id });
  }
  const yes = { id, account, now, seen: state, keepLatch: unknown };
  await honour(setup, match ? yes : { ...yes, attempt });
}

/** A provisional acceptance; `undefined` where no offline use was left. */
export async function acceptProvisionally(
  { setup, settler }: Shared,
  login: Login,
  { next, facts }: { next: Extract<Next, { do: 'provisional' }>; facts: Facts },
): Promise<Decision | undefined> {
  const { id, account, at, attempt, comparison } = login;
  if (comparison.verdict !== 'valid') throw new VerifierError('ERR_LEDGER', 'nothing to consume');
  const { match, twins } = comparison;
  const asksFirst = next.asks === 'now' && !setup.defer;
  const { attempt: _, ...unruled } = useOf(login, match);
  const outcome = await setup.ledger.consume({
    ...unruled,
    ...(asksFirst ? {} : { attempt }),
    reserve: { id, ...setup.policy.offline },
  });
  if (outcome === 'spent') return undefined;
  if (outcome !== 'first') return { id, accepted: false, reason: 'replayed' };
  await consumeTwins(setup, login, twins);
  await setup.outbox.add(rowOf(setup, login, { match, answer: facts.answer }));
  const decision = await settler.begin(
    {
      id,
      accepted: true,
      by: 'local',
      standing: 'provisional',
      ...shown(at, match),
      left: await leftOf(setup, login),
    },
    { id, account },
    { ask: next.asks === 'now', lost: facts.answer === 'ambiguous' },
  );
  // Asked before it was answered, a code has had its attempt until it is accepted.
  if (asksFirst && decision.accepted) await setup.ledger.giveBack(account, { yes: [], attempt });
  return decision;
}

function rowOf(
  setup: Setup,
  login: Login,
  { match, answer }: { match: Match; answer: Facts['answer'] },
): OutboxRow {
  const { id, account, user, code, at, now, decision } = login;
  const lost = answer === 'ambiguous';
  const pending = answer === 'pending';
  return {
    id,
    account,
    user,
    credential: match.credential.id,
    step: match.step,
    at,
    decidedAt: now,
    deadline: deadlineOf(setup, login, match),
    ...(setup.policy.mode === 'offline' || pending ? {} : { code }),
    sent: lost ? 'maybe' : pending ? 'pending' : 'no',
    retried: lost || answer === 'down',
    ...(decision === undefined ? {} : { decision }),
  };
}

/** An instant this far from our clock is not about now: only what elapses from it counts. */
const ANOTHER_TIME = 300_000;

/** Until when the authority accepts the code, by this machine's clock. */
function deadlineOf({ policy }: Setup, { at, now }: Login, { credential, step }: Match): number {
  const late = Math.floor(policy.tolerance.backward / gridOf(credential).period);
  const until = beginOf(credential, step + 1 + late);
  return Math.abs(now - at) > ANOTHER_TIME ? until - at + now : until;
}

async function leftOf(
  { ledger, policy }: Setup,
  { account, now }: Login,
): Promise<NonNullable<Accepted['left']>> {
  const { uses } = await ledger.state(account);
  const until = (uses[0]?.at ?? now) + policy.offline.hours * 3_600_000;
  const lease = (await ledger.lease?.(account)) ?? { uses: policy.offline.uses, until };
  return {
    uses: Math.max(0, Math.min(policy.offline.uses - uses.length, lease.uses)),
    until: Math.min(until, lease.until),
  };
}

/** The same code of another credential, as where a seed was enrolled twice, is used with it. */
async function consumeTwins(setup: Setup, login: Login, twins: Match[]): Promise<void> {
  for (const twin of twins) await setup.ledger.consume(useOf(login, twin));
}

export function useOf(
  { account, now, attempt }: Login,
  { credential, step }: Match,
): Consume & { attempt: number } {
  return {
    account,
    credential: credential.id,
    step,
    begins: beginOf(credential, step),
    ends: beginOf(credential, step + 1),
    at: now,
    attempt,
  };
}
