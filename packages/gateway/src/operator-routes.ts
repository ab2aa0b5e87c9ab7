/** What only the operator asks: why a code failed, how far a clock is off, to set an offset anew. */
import { type DriftEstimate, leavesWindow, predict, stability } from '@driftlock/totp-core';
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { readBody, readCode } from './body.js';
import { type Parts, withAccount, withAct } from './parts.js';
import { problem } from './problem.js';

const CodeAt = v.strictObject({
  code: v.unknown(),
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
});
const CodesBody = v.strictObject({ codes: v.strictTuple([CodeAt, CodeAt]) });

export function operatorRoutes(parts: Parts): Hono {
  const { verifier } = parts;
  const routes = new Hono();
  routes.post('/:id/diagnose', (c) =>
    withAct(c, parts, {
      act: 'diagnose',
      async answer({ id: account }) {
        const body = await readCode(c);
        if (body instanceof Response) return body;
        const asked = await verifier.diagnose({ account, code: body.code });
        return asked.diagnosed ? c.json(asked.diagnosis) : refuse(c, asked);
      },
    }),
  );
  routes.post('/:id/resynchronize', (c) =>
    withAct(c, parts, {
      act: 'resynchronize',
      async answer({ id: account }) {
        const body = await readBody(c, CodesBody);
        if (body instanceof Response) return body;
        const [first, second] = body.codes;
        const codes: Codes = [typed(first), typed(second)];
        const asked = await verifier.resynchronize({ account, codes });
        return asked.synchronized ? c.json(asked) : refuse(c, asked);
      },
    }),
  );
  routes.get('/:id/drift', (c) => withAccount(c, parts, ({ id }) => showDrift(c, parts, id)));
  return routes;
}

type Codes = Parameters<Parts['verifier']['resynchronize']>[0]['codes'];

function typed({ code, at }: v.InferOutput<typeof CodeAt>): Codes[number] {
  return { code: code as string, at };
}

/** What could not be looked into is a problem; what was, and is a no, is an answer. */
function refuse(c: Context, refusal: { reason: string; retryAfter?: number }): Response {
  const { reason, retryAfter = 1 } = refusal;
  switch (reason) {
    case 'throttled':
    case 'unavailable':
      return problem(c, reason, { retryAfter });
    case 'not-held':
      return problem(c, reason, { detail: 'no seed of this account is held here' });
    default:
      return c.json(refusal);
  }
}

/** The clock most was learned of; all of them where there are several. */
async function showDrift(c: Context, parts: Parts, account: string): Promise<Response> {
  const { stores, now } = parts;
  const learned = await stores.drift.of(account);
  const credentials = [...learned].map(([credential, estimate]) => ({
    credential,
    offset: predict(estimate, now()),
    observations: estimate.samples.length,
    stability: stability(estimate),
    ...leaving(parts, estimate),
  }));
  credentials.sort((a, b) => b.observations - a.observations);
  const [most] = credentials;
  if (!most) return c.json({ observations: 0 });
  return c.json({ ...most, ...(credentials.length > 1 ? { credentials } : {}) });
}

/** Without an authority the window goes with the clock, and nothing leaves it by drifting. */
function leaving(
  { authority, policy }: Parts,
  estimate: DriftEstimate,
): { leavesWindowAt?: number } {
  if (!authority) return {};
  const left = leavesWindow(estimate, policy.tolerance);
  return left.leaves ? { leavesWindowAt: left.at } : {};
}
