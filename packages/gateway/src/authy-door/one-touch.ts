/** Authy's OneTouch: ask for an approval, see what became of it; and the operator's answer. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { readBody } from '../body.js';
import { unrecorded, withAccount } from '../parts.js';
import { problem } from '../problem.js';
import {
  type Approval,
  type Approvals,
  approvalsOf,
  readAsked,
  statusOf,
  writeOf,
} from './approvals.js';
import { callBack } from './callback.js';
import type { Call, Calls } from './door.js';
import { type DoorParts, type User, withUser } from './door-parts.js';
import { refuse } from './refusals.js';
import { approvalStatus } from './wire.js';

export function oneTouchCalls(door: DoorParts): Calls {
  const approvals = approvalsOf(door.engine);
  return {
    askApproval: (c) => withUser(c, door, (user) => ask(c, door, { user, approvals })),
    async showApproval(c) {
      const approval = await approvals.read(c.req.param('uuid') ?? '');
      if (!approval) return refuse(c, 'no-approval');
      const person = await door.people.find(approval.user);
      const { name } = door.options;
      const about = { status: statusOf(approval, door.now()), email: person?.email, name };
      return c.json(approvalStatus(approval, about));
    },
  };
}

async function ask(
  c: Call,
  { now }: DoorParts,
  { user, approvals }: { user: User; approvals: Approvals },
): Promise<Response> {
  const reading = readAsked(c.get('tree'));
  if ('refused' in reading) return refuse(c, 'bad-approval', { fields: reading.refused });
  const uuid = crypto.randomUUID();
  const whose = { uuid, user: user.id, account: user.account.id, createdAt: now() };
  await approvals.change(uuid, () => writeOf({ ...reading.read, ...whose }));
  return c.json({ approval_request: { uuid }, success: true });
}

const AnswerBody = v.strictObject({ status: v.picklist(['approved', 'denied']) });

/** What is pending, and the answer to it: shown and given by the operator's own app. */
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
  routes.put('/approval_requests/:uuid', (c) => answer(c, door, approvals));
  return routes;
}

function shown({ uuid, message, details, logos, createdAt, secondsToExpire }: Approval) {
  return { uuid, message, details, logos, createdAt, secondsToExpire };
}

async function answer(c: Context, door: DoorParts, approvals: Approvals): Promise<Response> {
  const uuid = c.req.param('uuid') ?? '';
  const body = await readBody(c, AnswerBody);
  if (body instanceof Response) return body;
  const known = await approvals.read(uuid);
  if (!known) return problem(c, 'no-such-approval');
  if (!(await door.recorder.act(known.account, { act: 'approval' }))) return unrecorded(c);
  const at = door.now();
  let outcome: 'none' | 'late' | 'decided' = 'none';
  const approval = await approvals.change(uuid, (now) => {
    outcome = !now ? 'none' : statusOf(now, at) === 'pending' ? 'decided' : 'late';
    if (!now || outcome === 'late') return undefined;
    return writeOf({ ...now, decided: body.status, processedAt: at });
  });
  if (!approval || outcome === ('none' as string)) return problem(c, 'no-such-approval');
  if (outcome === ('late' as string)) return problem(c, 'not-pending');
  door.defer(callBack(door, { approval, approvals }));
  return c.json({ uuid, status: body.status });
}
