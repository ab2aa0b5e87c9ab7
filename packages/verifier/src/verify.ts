/** One typed code, from its shape to its decision: the main job. */
import { confirm, provide } from './accept.js';
import { compare } from './compare.js';
import { type Credential, gridOf } from './credential.js';
import type { Decision, Rejected } from './decision.js';
import { VerifierError } from './errors.js';
import type { Login, Rooms, VerifyRequest } from './login.js';
import { ask } from './question.js';
import { reportFault, type Setup } from './setup.js';
import { decide, type Facts, type Rejection } from './table.js';

/** Resolves with a decision whatever was typed and whatever fails; a failure is `unavailable`. */
export async function verify(rooms: Rooms, request: VerifyRequest): Promise<Decision> {
  const { account, at } = request;
  if (typeof account !== 'string' || account === '') throw new TypeError('account is a string');
  if (at !== undefined && !isInstant(at)) {
    throw new VerifierError('ERR_INSTANT', 'at is an instant in Unix milliseconds');
  }
  const { setup } = rooms;
  const id = crypto.randomUUID();
  let now = at ?? 0;
  let decision: Decision;
  try {
    const clock = await setup.inTime(setup.clock.read());
    now = clock.at;
    decision = await run(rooms, { ...request, id, at: at ?? now, now }, clock.state);
  } catch (error) {
    reportFault(setup, { account, at: now, id, error });
    decision = { id, accepted: false, reason: 'unavailable', retryAfter: retrySoon(setup) };
  }
  setup.emit(account, now, { type: 'decided', decision });
  return decision;
}

async function run(
  rooms: Rooms,
  typed: VerifyRequest & { id: string; at: number; now: number },
  clock: 'safe' | 'unsafe' | 'unknown',
): Promise<Decision> {
  const { setup } = rooms;
  const { account, code, id, at, now } = typed;
  const { policy, authority } = setup;
  const held = await setup.credentials(account);
  if (!isCode(code, { held, authority: authority !== undefined })) {
    return { id, accepted: false, reason: 'malformed' };
  }
  const user = authority ? await setup.user(account) : account;
  const take = await setup.ledger.take(account, { at: now, attempts: policy.attempts });
  if (!take.taken) {
    const { taken: _, ...why } = take;
    return { id, accepted: false, ...why };
  }
  if (user === undefined) return { id, accepted: false, reason: 'unknown-user' };
  const { state, attempt } = take;
  const useDrift = !authority && policy.mode !== 'offline';
  const { tolerance } = policy;
  const comparison = await compare(held, code, { at, state, tolerance, useDrift });
  const clockSafe = clock === 'safe' || (clock === 'unknown' && policy.clock === 'trusted');
  return followTable(rooms, {
    ...typed,
    clockSafe,
    held,
    user,
    attempt,
    state,
    comparison,
    asked: now,
  });
}

/** Each turn adds a fact: what the authority said, or that no offline use was left. */
async function followTable(rooms: Rooms, login: Login): Promise<Decision> {
  const { setup } = rooms;
  let facts: Facts = {
    verdict: login.comparison.verdict,
    attempt: 'taken',
    mode: setup.policy.mode,
    authority: setup.authority !== undefined,
    clockSafe: login.clockSafe,
    latched: login.state.latchedAt !== undefined,
  };
  for (;;) {
    const next = decide(facts);
    if (next.do === 'reject') return reject(rooms, login, next);
    if (next.do === 'confirm') return confirm(rooms, login, next);
    if (next.do === 'ask') {
      login.asked = (await setup.clock.read()).at;
      facts = { ...facts, ...(await answerTo(setup, login)) };
      continue;
    }
    const decision = await provide(rooms, login, { next, facts });
    if (decision) return decision;
    facts = { ...facts, spent: true };
  }
}

async function answerTo(
  { authority, policy }: Setup,
  { user, code, id, signal }: Login,
): Promise<Pick<Facts, 'answer' | 'invalid' | 'decision'>> {
  if (!authority) return { answer: 'refused' };
  const deadline = policy.liveDeadline;
  const answer = await ask(authority, { user, code, id, deadline, ...(signal ? { signal } : {}) });
  if (answer.ruling === 'invalid') return { answer: answer.ruling, invalid: answer.reason };
  if (answer.ruling === 'pending') return { answer: answer.ruling, decision: answer.decision };
  return { answer: answer.ruling };
}

async function reject(rooms: Rooms, login: Login, next: Rejection): Promise<Rejected> {
  const { setup } = rooms;
  const { id, account, now, attempt } = login;
  if (next.contradiction) {
    await setup.ledger.latch(account, { latched: true, at: login.asked });
    setup.emit(account, now, { type: 'alarm', id, alarm: 'contradiction' });
    setup.emit(account, now, { type: 'latched', id });
  }
  if (next.unruled) await setup.ledger.giveBack(account, { attempt });
  const diagnosis = next.diagnose ? await rooms.explain(login) : undefined;
  return {
    id,
    accepted: false,
    reason: next.reason,
    ...(diagnosis ? { diagnosis } : {}),
    ...(next.reason === 'unavailable' ? { retryAfter: retrySoon(setup) } : {}),
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

function isInstant(at: unknown): boolean {
  return typeof at === 'number' && at >= 0 && at <= 8.64e15;
}

function retrySoon({ policy }: Setup): number {
  return Math.ceil(policy.liveDeadline / 1000);
}
