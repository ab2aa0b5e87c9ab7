/** One typed code, from its shape to its decision: the main job. */
import { acceptConfirmed, acceptProvisionally, useOf } from './accept.js';
import { compare } from './compare.js';
import { type Credential, gridOf } from './credential.js';
import { retrySoon, unlessBroken } from './deciding.js';
import type { Decision, Rejected } from './decision.js';
import type { Login, Shared, VerifyRequest } from './login.js';
import { ask } from './question.js';
import type { Setup } from './setup.js';
import { decide, type Facts, type Rejection } from './table.js';

/** A login before its attempt was taken. */
type Typed = Pick<Login, 'id' | 'account' | 'code' | 'at' | 'now' | 'clock' | 'from' | 'signal'>;

export async function verify(shared: Shared, request: VerifyRequest): Promise<Decision> {
  return unlessBroken(shared.setup, request, ({ clockSafe, ...deciding }) =>
    run(shared, { ...request, ...deciding, at: request.at ?? deciding.now }, clockSafe),
  );
}

async function run(shared: Shared, typed: Typed, clockSafe: boolean): Promise<Decision> {
  const { setup } = shared;
  const { account, code, id, now, from } = typed;
  const { authority, policy } = setup;
  const refuse = (reason: Rejected['reason']): Rejected => ({ id, accepted: false, reason });
  const held = await setup.credentials(account);
  if (!isCode(code, { held, authority: authority !== undefined })) return refuse('malformed');
  const user = authority ? await setup.user(account) : account;
  // Nobody here and nobody there: nothing can be guessed, and a stranger leaves no trace.
  const nobody = held.length === 0 && !authority && policy.mode !== 'offline';
  if (nobody || typeof user !== 'string' || user === '') return refuse('unknown-user');
  const counted = { at: now, attempts: policy.attempts, ...(from ? { from } : {}) };
  const take = await setup.ledger.take(account, counted);
  if (take.taken !== true) {
    const { retryAfter } = { retryAfter: undefined, ...take };
    return { ...refuse(take.reason), ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  const { attempt, state } = take;
  const comparison = await compared(setup, { ...typed, held, attempt, state });
  return followTable(shared, { ...typed, held, user, attempt, state, comparison }, clockSafe);
}

/** A credential that can't be read said nothing of the code: its attempt comes back. */
async function compared(
  setup: Setup,
  login: Typed & Pick<Login, 'held' | 'attempt' | 'state'>,
): Promise<Login['comparison']> {
  const { account, code, held, at, attempt, state } = login;
  const { tolerance, mode } = setup.policy;
  const useDrift = !setup.authority && mode !== 'offline';
  try {
    return await compare(held, code, { at, state, tolerance, useDrift });
  } catch (error) {
    await setup.ledger.giveBack(account, { attempt, unsent: true });
    throw error;
  }
}

/** Each turn adds a fact: what the authority said, or that no offline use was left. */
async function followTable(shared: Shared, login: Login, clockSafe: boolean): Promise<Decision> {
  const { setup } = shared;
  let facts: Facts = {
    verdict: login.comparison.verdict,
    attempt: 'taken',
    mode: setup.policy.mode,
    authority: setup.authority !== undefined,
    clockSafe,
    latched: login.state.latch !== undefined,
  };
  for (;;) {
    const next = decide(facts);
    if (next.do === 'reject') return reject(shared, login, { next, facts });
    if (next.do === 'confirm') return acceptConfirmed(shared, login, next);
    if (next.do === 'ask') {
      const answer = await answerTo(shared, login);
      if (answer === 'replayed') return { id: login.id, accepted: false, reason: 'replayed' };
      facts = { ...facts, ...answer };
      continue;
    }
    const decision = await acceptProvisionally(shared, login, { next, facts });
    if (decision) return decision;
    facts = { ...facts, spent: true };
  }
}

type AnswerFacts = Pick<Facts, 'answer' | 'invalid'>;

/** Asks about a code that nobody asked about before, and that nobody else is asking about. */
async function answerTo(shared: Shared, login: Login): Promise<AnswerFacts | 'replayed'> {
  const { setup, asked } = shared;
  const { comparison, signal } = login;
  const matched = comparison.verdict === 'valid';
  if (matched) {
    const held = await setup.ledger.consume({ ...useOf(login, comparison.match), hold: true });
    if (held !== 'first') return 'replayed';
  } else if (!(await asked.maySend(login))) return { answer: 'ambiguous' };
  const { user, code, id } = login;
  const deadline = setup.policy.liveDeadline;
  const question = { user, code, id, deadline, ...(signal ? { signal } : {}) };
  const answer = await ask(setup.authority, question);
  const { ruling } = answer;
  if (!matched && ruling !== 'ambiguous' && ruling !== 'refused') await asked.forget(login);
  if (ruling === 'pending') login.decision = answer.decision;
  // A caller who hangs up can bring a lost reply about at will: that must not open a way in.
  if (ruling === 'ambiguous' && signal?.aborted) return { answer: 'refused' };
  return ruling === 'invalid' ? { answer: ruling, invalid: answer.reason } : { answer: ruling };
}

async function reject(
  shared: Shared,
  login: Login,
  { next, facts }: { next: Rejection; facts: Facts },
): Promise<Rejected> {
  const { setup } = shared;
  const { id, account, now, attempt } = login;
  if (next.contradiction) {
    await setup.ledger.latch(account, { latched: true, id, at: now });
    setup.emit(account, now, { type: 'alarm', id, alarm: 'contradiction' });
    setup.emit(account, now, { type: 'latched', id });
  }
  const unsent = facts.answer === undefined || facts.answer === 'down';
  if (next.unruled) await setup.ledger.giveBack(account, { attempt, unsent });
  const diagnosis = next.diagnose ? await shared.explain(login) : undefined;
  return {
    id,
    accepted: false,
    reason: next.reason,
    ...(diagnosis ? { diagnosis } : {}),
    // Without an authority nothing but its operator opens a latched account.
    ...(next.reason === 'unavailable' && setup.authority ? { retryAfter: retrySoon(setup) } : {}),
  };
}

/** Six to eight digits where an authority may know the code, else as many as a held credential has. */
function isCode(
  code: unknown,
  { held, authority }: { held: Credential[]; authority: boolean },
): code is string {
  if (typeof code !== 'string' || !/^[0-9]{6,8}$/.test(code)) return false;
  return authority || held.length === 0 || held.some((one) => gridOf(one).digits === code.length);
}
