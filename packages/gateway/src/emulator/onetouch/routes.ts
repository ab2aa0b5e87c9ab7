/** Authy's OneTouch: ask a user's approval, and see what became of it. */
import { type Door, refuse, withUser } from '../door.js';
import type { World } from '../world.js';
import { readAsked } from './approvals.js';
import { approvalAsked, approvalStatus } from './wire.js';

export function oneTouchRoutes(on: Door, world: World): void {
  on('POST', '/onetouch/json/users/:id/approval_requests', (c) =>
    withUser(c, world, (user) => {
      if (user.suspended) return refuse(c, 'suspended');
      if (!user.device) return refuse(c, 'no-device');
      const reading = readAsked(c.get('params'));
      if ('refused' in reading) return refuse(c, 'bad-approval', reading.refused);
      return c.json(approvalAsked(world.approvals.ask(user, reading.asked, world.at())));
    }),
  );
  on('GET', '/onetouch/json/approval_requests/:uuid', (c) => {
    const approval = world.approvals.named(c.req.param('uuid') ?? '');
    if (!approval) return refuse(c, 'no-approval');
    return c.json(approvalStatus(approval, world));
  });
}
