/** What the emulator's routes share. */
import type { Application } from './application/application.js';
import type { Statistics } from './application/counts.js';
import type { Faults } from './faults/faults.js';
import type { Messages } from './messages.js';
import type { Approvals } from './onetouch/approvals.js';
import type { PhoneVerifications } from './phones/phones.js';
import type { Tolerance } from './tokens/judge.js';
import type { Picture } from './users/qr.js';
import type { User, Users } from './users/users.js';
import type { Webhook, WebhookKeys } from './webhooks/webhooks.js';

export interface World {
  users: Users;
  /** The emulator's clock, Unix milliseconds. */
  at(): number;
  /** Seconds the emulator's clock runs ahead of the machine's. */
  offset: number;
  faults: Faults;
  /** By the unguessable name in their URL. */
  pictures: Map<string, Picture>;
  messages: Messages;
  phones: PhoneVerifications;
  approvals: Approvals;
  statistics: Statistics;
  application: Application;
  webhooks: Map<string, Webhook>;
  webhookKeys: WebhookKeys;
  tolerance: Tolerance;
}

/** Removes a user and their picture. */
export function removeUser(world: World, user: User): void {
  world.users.remove(user);
  if (user.picture !== undefined) world.pictures.delete(user.picture);
}

/** Removes those whose queued deletion is due by now. */
export function removeLeavers(world: World): void {
  const at = world.at();
  for (const user of world.users.all()) {
    if (user.leavesAt !== undefined && at >= user.leavesAt) removeUser(world, user);
  }
}
