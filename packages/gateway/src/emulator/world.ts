/** What the emulator's routes share. */
import { type Application, createApplication } from './application/application.js';
import { createStatistics, type Statistics } from './application/counts.js';
import { createFaults, type Faults } from './faults/faults.js';
import type { EmulatorOptions } from './index.js';
import { createMessages, type Messages } from './messages.js';
import { type Approvals, createApprovals } from './onetouch/approvals.js';
import { createPhoneVerifications, type PhoneVerifications } from './phones/phones.js';
import { randomHexId } from './random.js';
import type { Tolerance } from './tokens/judge.js';
import { isName } from './users/enrolment.js';
import type { Picture } from './users/qr.js';
import { createUsers, type User, type Users } from './users/users.js';
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

/** Throws a TypeError for a tolerance or a name that is none. */
export function createWorld({
  now = Date.now,
  tolerance = { backward: 60, forward: 30 },
  appName = 'Authy emulator',
}: Pick<EmulatorOptions, 'now' | 'tolerance' | 'appName'>): World {
  for (const [side, seconds] of Object.entries(tolerance)) {
    if (!(seconds >= 0 && seconds <= 3000))
      throw new TypeError(`tolerance.${side}: 0 to 3000 seconds`);
  }
  if (!isName(appName)) throw new TypeError('appName: expected 1 to 100 characters, no colon');
  const world: World = {
    users: createUsers(),
    at: () => now() + world.offset * 1000,
    offset: 0,
    faults: createFaults({}),
    pictures: new Map(),
    messages: createMessages(),
    phones: createPhoneVerifications(),
    approvals: createApprovals(),
    statistics: createStatistics(),
    application: createApplication(appName),
    webhooks: new Map(),
    webhookKeys: { signingKey: randomHexId(), accessKey: randomHexId() },
    tolerance,
  };
  return world;
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
