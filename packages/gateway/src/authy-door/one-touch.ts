/** Authy's OneTouch: ask for an approval, see what became of it. */
import { type Approvals, approvalsOf, readAsked, statusOf, writeOf } from './approvals.js';
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
