/** Authy's calls about approvals and about the application, passed on. */
import type { AuthyClient } from '@driftlock/api-client';
import { readAsked } from './approvals.js';
import type { Call, Calls } from './door.js';
import type { DoorParts } from './door-parts.js';
import { given, passing, passNo } from './passing.js';
import type { People } from './people.js';
import { refuse } from './refusals.js';
import { approvalStatus } from './wire.js';

/** Our client does not tell whose e-mail address it is, and Node's `authy-client` insists on one. */
async function emailOf(
  user: string,
  { people, users }: { people: People; users: AuthyClient['users'] },
): Promise<string | undefined> {
  const person = await people.find(user);
  if (person) return person.email;
  const found = await users.status({ user });
  return found.known ? found.email : undefined;
}

export function passedOneTouchCalls(
  { oneTouch, users }: AuthyClient,
  { people, options }: Pick<DoorParts, 'people' | 'options'>,
): Calls {
  return {
    askApproval: passing(async (c) => {
      const reading = readAsked(c.get('tree'));
      if ('refused' in reading) return refuse(c, 'bad-approval', { fields: reading.refused });
      const user = c.req.param('id') ?? '';
      const asked = await oneTouch.create({ user, ...reading.read });
      if (!asked.created) return passNo(c, asked);
      return c.json({ approval_request: { uuid: asked.request }, success: true });
    }),
    showApproval: passing(async (c) => {
      const uuid = c.req.param('uuid') ?? '';
      const found = await oneTouch.status({ request: uuid });
      if (!found.known) return passNo(c, found);
      const { user = '', secondsToExpire = 0, status } = found;
      const email = user === '' ? undefined : await emailOf(user, { people, users });
      const about = { status, email, name: options.name };
      return c.json(approvalStatus({ ...found, uuid, user, secondsToExpire }, about));
    }),
  };
}

export function passedApplicationCalls({ application }: AuthyClient): Calls {
  const ip = (c: Call) => ({ ip: given(c, 'user_ip') });
  const number = (id: string | undefined) => (id === undefined ? undefined : Number(id));
  return {
    showApplication: passing(async (c) => {
      const { name, plan, smsEnabled: sms_enabled, appId } = await application.details(ip(c));
      const app = { name, plan, sms_enabled, app_id: number(appId) };
      return c.json({ app, message: 'Application information.', success: true });
    }),
    showStatistics: passing(async (c) => {
      const { appId, count, totalUsers: total_users, months } = await application.stats(ip(c));
      const stats = months.map((month) => ({
        year: month.year,
        month: month.month,
        api_calls_count: month.apiCallsCount,
        auths_count: month.authsCount,
        calls_count: month.callsCount,
        sms_count: month.smsCount,
        users_count: month.usersCount,
      }));
      const message = 'Monthly statistics.';
      return c.json({ app_id: number(appId), count, message, total_users, success: true, stats });
    }),
  };
}
