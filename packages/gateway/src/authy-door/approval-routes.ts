/** Approvals as the operator has them: what is pending, the answer to it, what became of each. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { readBody } from '../body.js';
import { unrecorded, withAccount } from '../parts.js';
import { problem } from '../problem.js';
import {
  type Approval,
  type Approvals,
  approvalsOf,
  CALLBACK_STATES,
  callbackOf,
  groupOf,
  statusOf,
  writeOf,
} from './approvals.js';
import type { DoorParts } from './door-parts.js';

const PAGE = 100;
const AnswerBody = v.strictObject({ status: v.picklist(['approved', 'denied']) });

export function approvalRoutes(door: DoorParts): Hono {
  const approvals = approvalsOf(door.engine);
  const routes = new Hono();
  routes.get('/accounts/:id/approval_requests', (c) =>
    withAccount(c, door, async ({ id }) => {
      const at = door.now();
      const pending: Approval[] = [];
      for await (const approval of approvals.list(id)) {
        if (statusOf(approval, at) === 'pending') pending.push(approval);
      }
      pending.sort((a, b) => a.createdAt - b.createdAt);
      return c.json({ requests: pending.map(shown) });
    }),
  );
  routes.get('/approval_requests', (c) => listByCallback(c, door, approvals));
  routes.get('/approval_requests/:uuid', async (c) => {
    const approval = await approvals.read(c.req.param('uuid'));
    return approval ? c.json(known(approval, door.now())) : problem(c, 'no-such-approval');
  });
  routes.put('/approval_requests/:uuid', (c) => answer(c, door, approvals));
  return routes;
}

function shown({ uuid, message, details, logos, createdAt, secondsToExpire }: Approval) {
  return { uuid, message, details, logos, createdAt, secondsToExpire };
}

/** A `callback` of its own where one is or was owed. */
function known(approval: Approval, at: number) {
  const { account, processedAt } = approval;
  const [status, callback] = [statusOf(approval, at), callbackOf(approval)];
  return { ...shown(approval), account, status, processedAt, callback };
}

/** Whom the application was not told of is looked for, so no account is named. */
async function listByCallback(c: Context, door: DoorParts, approvals: Approvals) {
  const { callback, after } = c.req.query();
  const state = CALLBACK_STATES.find((one) => one === callback);
  if (!state) return problem(c, 'bad-field', { field: 'callback' });
  const page: Approval[] = [];
  for await (const approval of approvals.list(groupOf(state), { after })) {
    if (page.push(approval) === PAGE) break;
  }
  const more = page.length === PAGE ? { after: page.at(-1)?.uuid } : {};
  const at = door.now();
  return c.json({ requests: page.map((approval) => known(approval, at)), ...more });
}

async function answer(c: Context, door: DoorParts, approvals: Approvals): Promise<Response> {
  const uuid = c.req.param('uuid') ?? '';
  const body = await readBody(c, AnswerBody);
  if (body instanceof Response) return body;
  const asked = await approvals.read(uuid);
  if (!asked) return problem(c, 'no-such-approval');
  if (!(await door.recorder.act(asked.account, { act: 'approval' }))) return unrecorded(c);
  const { telling, now } = door;
  const at = now();
  let outcome: 'none' | 'late' | 'decided' = 'none';
  const approval = await approvals.change(uuid, (now) => {
    outcome = !now ? 'none' : statusOf(now, at) === 'pending' ? 'decided' : 'late';
    if (!now || outcome === 'late') return undefined;
    const owed = telling ? { owed: telling.claim(at) } : {};
    return writeOf({ ...now, decided: body.status, processedAt: at, ...owed });
  });
  if (!approval || outcome === ('none' as string)) return problem(c, 'no-such-approval');
  if (outcome === ('late' as string)) return problem(c, 'not-pending');
  if (telling) door.defer(telling.begin(approval));
  return c.json({ uuid, status: body.status });
}
