/** Accepting a code: its step is consumed first, in one atomic operation, or it is not accepted. */
import { type Match, matchingSteps } from './compare.js';
import { beginOf, gridOf } from './credential.js';
import type { Accepted, Decision } from './decision.js';
import { VerifierError } from './errors.js';
import { honour } from './honour.js';
import type { Consume } from './ledger.js';
import type { Login, Rooms } from './login.js';
import type { Setup } from './setup.js';
import type { Facts, Next } from './table.js';
import { shown, teach } from './teach.js';

/** Consumes what the code matches; an authority's yes to a code used here is refused, with an alarm. */
export async function confirm(
  rooms: Rooms,
  login: Login,
  { by }: Extract<Next, { do: 'confirm' }>,
): Promise<Decision> {
  const { setup } = rooms;
  const { id, account, comparison, attempt } = login;
  const matches =
    comparison.verdict === 'valid'
      ? [comparison.match]
      : await matchingSteps(login.held, login.code, login);
  for (const match of matches) {
    const outcome = await setup.ledger.consume(useOf(login, match));
    if (outcome === 'first') continue;
    if (by === 'authority') {
      setup.emit(account, login.now, { type: 'alarm', id, alarm: 'replay-after-yes' });
    }
    return { id, accepted: false, reason: 'replayed' };
  }
  const match = matches.at(-1);
  if (by === 'authority') {
    const expected = login.held.some((held) => gridOf(held).digits === login.code.length);
    const latched = match === undefined && expected;
    if (latched) {
      await setup.ledger.latch(account, { latched: true, at: login.asked });
      setup.emit(account, login.now, { type: 'latched', id });
    }
    const { asked, now, state } = login;
    const yes = { id, account, asked, now, state, keepLatch: latched };
    await honour(setup, match ? yes : { ...yes, attempt });
  }
  if (match) teach(setup, login, match);
  return { id, accepted: true, by, standing: 'confirmed', ...shown(login.at, match) };
}

/** A provisional acceptance; `undefined` where no offline use was left. */
export async function provide(
  rooms: Rooms,
  login: Login,
  { next, facts }: { next: Extract<Next, { do: 'provisional' }>; facts: Facts },
): Promise<Decision | undefined> {
  const { setup, settler } = rooms;
  const { id, account, code, user, at, now, comparison } = login;
  if (comparison.verdict !== 'valid') throw new VerifierError('ERR_LEDGER', 'nothing to consume');
  const { credential, step } = comparison.match;
  const { offline, mode } = setup.policy;
  const reserve = { id, ...offline };
  const outcome = await setup.ledger.consume({ ...useOf(login, comparison.match), reserve });
  if (outcome === 'spent') return undefined;
  if (outcome === 'replay') return { id, accepted: false, reason: 'replayed' };
  const row = { id, account, user, credential: credential.id, step, at, decidedAt: now };
  const lives = acceptedUntil(setup, comparison.match) - at;
  await setup.inTime(
    setup.outbox.add({
      ...row,
      deadline: now + lives,
      ...(mode === 'offline' ? {} : { code }),
      sent: facts.answer === 'ambiguous' ? 'maybe' : facts.answer === 'pending' ? 'pending' : 'no',
      retried: facts.answer === 'down' || facts.answer === 'ambiguous',
      ...(facts.decision ? { decision: facts.decision } : {}),
    }),
  );
  const { uses } = await setup.ledger.state(account);
  const left = {
    uses: Math.max(0, offline.uses - uses.length),
    until: (uses[0]?.at ?? now) + offline.hours * 3_600_000,
  };
  const decision: Accepted = {
    id,
    accepted: true,
    by: 'local',
    standing: 'provisional',
    ...shown(at, comparison.match),
    left,
  };
  return settler.begin(decision, { ask: next.asks === 'now', lost: facts.answer === 'ambiguous' });
}

function useOf({ account, now, attempt }: Login, { credential, step }: Match): Consume {
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

/** Until when the authority accepts a step's code, in Unix milliseconds of true time. */
function acceptedUntil({ policy }: Setup, { credential, step }: Match): number {
  const late = Math.floor(policy.tolerance.backward / gridOf(credential).period);
  return beginOf(credential, step + 1 + late);
}
