/** A typed code in, a decision out; and what became of it. */
import type { Decision, VerifyRequest } from '@driftlock/verifier';
import { type Context, Hono } from 'hono';
import { readCode } from './body.js';
import { toldToDevice } from './devices/told.js';
import { deviceOf, isProvisional, originOf, type Parts, withAccount } from './parts.js';
import { problem, seconds } from './problem.js';
import type { Once } from './repeats.js';
import type { Account, DecisionRecord } from './stores/stores.js';

const STATUS: Partial<Record<string, 429 | 503>> = { throttled: 429, unavailable: 503 };

export function verifyRoutes(parts: Parts): Hono {
  const routes = new Hono();
  // The verifier tells what it can't do: whatever throws here is a store.
  routes.onError((_, c) => refuse(c, 'unanswered'));
  for (const how of ['verify', 'recover'] as const) {
    routes.post(`/accounts/:id/${how}`, (c) =>
      withAccount(c, parts, (account) => decideOn(c, parts, { account, how })),
    );
  }
  routes.get('/decisions/:id', async (c) => {
    const record = await find(parts, c.req.param('id'));
    const device = deviceOf(c);
    if (!record || (device && device.account !== record.account)) {
      return problem(c, 'no-such-decision');
    }
    if (device) return c.json(toldToDevice(asItStands(record)));
    const { account, at, settledAt } = record;
    return c.json({ ...asItStands(record), account, at, settledAt });
  });
  return routes;
}

/** A code of an authenticator, or one of recovery. */
type How = 'verify' | 'recover';

async function decideOn(
  c: Context,
  parts: Parts,
  { account: { id, incarnation }, how }: { account: Account; how: How },
): Promise<Response> {
  const key = c.req.header('Idempotency-Key');
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    return problem(c, 'bad-field', { field: 'Idempotency-Key' });
  }
  const body = await readCode(c);
  if (body instanceof Response) return body;
  const typed = { account: id, code: body.code, ...originOf(c, parts) };
  const run = () => decide(parts, typed, how);
  if (key === undefined) return answer(c, await run());
  const own = { account: id, incarnation, key: keyOf(c, key) };
  const request = { ...own, content: contentOf(body.code, how) };
  const made = await parts.repeats.once(request, run);
  if (typeof made === 'string') return refuse(c, made);
  const { decision, repeated } = made;
  return answer(c, repeated ? await asOfNow(parts, decision) : decision);
}

function refuse(c: Context, why: Extract<Once, string>): Response {
  if (why === 'other-content') {
    const detail = 'the key was used with another code';
    return problem(c, 'key-reused', { field: 'Idempotency-Key', detail });
  }
  const detail =
    why === 'under-way' ? 'the request is still being decided' : 'a store does not answer';
  return problem(c, 'unavailable', { retryAfter: 1, detail });
}

/** Each device's keys are its own: what is decided for one is not told to another. No key has a space. */
function keyOf(c: Context, key: string): string {
  const device = deviceOf(c);
  return device ? `${device.id} ${key}` : key;
}

/** What is no string is malformed whatever else it is. */
function contentOf(code: unknown, how: How): string {
  return typeof code === 'string' ? `${how} text ${code}` : `${how} no text`;
}

/** Recorded before it is answered, so that whoever has a decision can ask what became of it. */
async function decide(
  { verifier, stores, now }: Parts,
  typed: VerifyRequest,
  how: How,
): Promise<Decision> {
  const at = now();
  const decision = await verifier[how](typed);
  await stores.decisions.record({ account: typed.account, decision, at });
  return decision;
}

function answer(c: Context, decision: Decision): Response {
  c.set('decision', decision.id);
  const told = deviceOf(c) ? toldToDevice(decision) : decision;
  if (decision.accepted) return c.json(told);
  const status = STATUS[decision.reason] ?? 200;
  if (status !== 200) c.header('Retry-After', seconds(decision.retryAfter ?? 1));
  return c.json(told, status);
}

/** The settlement may be in the outbox alone: it is kept there first. */
async function find({ stores }: Parts, id: string): Promise<DecisionRecord | undefined> {
  const record = await stores.decisions.find(id);
  if (!record || !isProvisional(record.decision) || record.settlement) return record;
  const row = await stores.outbox.find(id);
  if (!row?.settlement) return record;
  const { settlement, settledAt } = row;
  return { ...record, settlement, ...(settledAt === undefined ? {} : { settledAt }) };
}

function asItStands({ decision, settlement }: DecisionRecord) {
  if (!decision.accepted || !settlement) return decision;
  const { left: _, ...settled } = decision;
  return settlement === 'confirmed'
    ? { ...settled, standing: settlement, settlement }
    : { ...settled, settlement };
}

/** A yes that was contradicted since is not given again; its settlement does not say why. */
async function asOfNow(parts: Parts, decision: Decision): Promise<Decision> {
  // What was refused stays so.
  if (!decision.accepted) return decision;
  const { id } = decision;
  const record = await find(parts, id);
  // Forgotten, it may have been contradicted: a yes that nobody confirmed is not repeated.
  if (!record)
    return isProvisional(decision) ? { id, accepted: false, reason: 'unavailable' } : decision;
  if (record.settlement === 'contradicted') return { id, accepted: false, reason: 'mismatch' };
  return asItStands(record);
}
