/** Approval requests as the operator sees them, who decides in the user's place. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { statusOf } from '../onetouch/approvals.js';
import { callbackOf } from '../onetouch/callback.js';
import type { World } from '../world.js';
import { notFound, problem, readBody } from './problem.js';

const ApprovalBody = v.strictObject({ status: v.picklist(['approved', 'denied', 'expired']) });

export function operatorApprovals(world: World, apiKey: string): Hono {
  const routes = new Hono();
  routes.get('/', (c) => {
    const at = world.at();
    const requests = world.approvals.all().map((approval) => {
      const { uuid, user, message, details, hiddenDetails, logos } = approval;
      const status = statusOf(approval, at);
      return { uuid, authyId: String(user.id), status, message, details, hiddenDetails, logos };
    });
    return c.json({ requests });
  });
  routes.put('/:uuid', async (c) => {
    const approval = world.approvals.named(c.req.param('uuid'));
    if (!approval) return notFound(c, 'no-such-approval');
    const body = await readBody(c, ApprovalBody);
    if (body instanceof Response) return body;
    if (statusOf(approval, world.at()) !== 'pending') {
      return problem(c, { status: 409, code: 'not-pending', title: 'Conflict' });
    }
    approval.decided = body.status;
    approval.processedAt = world.at();
    // Nobody answered a request that expired, so nobody is called back.
    const callback =
      body.status === 'expired' ? undefined : await callbackOf(approval, { world, apiKey });
    return c.json({ ...body, ...(callback && { callback }) });
  });
  return routes;
}
