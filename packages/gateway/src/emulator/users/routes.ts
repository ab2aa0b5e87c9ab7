/** Authy's calls about users: registering, changing, removing, and the seeds of any authenticator. */
import { totp } from '@driftlock/totp-core';
import { type Call, type Door, refuse, withUser } from '../door.js';
import { removeUser, type World } from '../world.js';
import { enrolGeneric } from './enrolment.js';
import { isEmail, readPerson } from './person.js';
import { numberOf, type User } from './users.js';
import { userCreated, userRemoved, userStatus } from './wire.js';

/** Milliseconds a queued deletion takes. */
const QUEUE = 60_000;

const ACTIVITIES = ['password_reset', 'banned', 'unbanned', 'cookie_login'];

export function userRoutes(on: Door, world: World): void {
  const users = '/protected/json/users';
  const onUser = (
    method: 'GET' | 'POST',
    path: string,
    answer: (c: Call, user: User) => Response,
  ) => on(method, users + path, (c) => withUser(c, world, (user) => answer(c, user)));

  on('POST', `${users}/new`, (c) => createUser(c, world));
  onUser('GET', '/:id/status', (c, user) => c.json(userStatus(user)));
  for (const path of ['/:id/delete', '/delete/:id', '/:id/remove']) {
    onUser('POST', path, (c, user) => deleteUser(c, world, user));
  }
  onUser('POST', '/:id/update', (c, user) => {
    const email = c.get('params').get('email')?.trim() ?? '';
    if (!isEmail(email)) return refuse(c, 'bad-user', { email: 'is invalid' });
    user.email = email;
    return c.json({ message: 'User was updated successfully', success: true });
  });
  onUser('POST', '/:id/register_activity', (c, user) => {
    const type = c.get('params').get('type') ?? '';
    if (!ACTIVITIES.includes(type)) return refuse(c, 'bad-parameter', { type: 'is invalid' });
    user.activities.push({ type, at: world.at() });
    return c.json({ message: 'Activity was created.', success: true });
  });
  onUser('POST', '/:id/secret', (c, user) => {
    const enrolment = enrolGeneric(world, user, { params: c.get('params'), url: c.req.url });
    return 'refused' in enrolment
      ? refuse(c, 'bad-parameter', enrolment.refused)
      : c.json(enrolment);
  });
  onUser('GET', '/:id/secret/export', (c, { generic }) => {
    if (!world.application.seedExport) return refuse(c, 'no-export');
    if (!generic) return refuse(c, 'no-generic-token');
    const otp = totp(generic.key, { at: world.at() });
    return c.json({ secret: generic.secret, otp, success: true });
  });
}

function createUser(c: Call, world: World): Response {
  const params = c.get('params');
  const reading = readPerson(params);
  if ('refused' in reading) return refuse(c, 'bad-user', reading.refused);
  const at = world.at();
  const before = world.users.size();
  const user = world.users.enrol(reading.person, at);
  if (world.users.size() > before) world.statistics.count('users', at);
  if (params.get('send_install_link_via_sms') !== 'false' && world.application.sms) {
    const text = `Get the Authy app for ${world.application.name}`;
    world.messages.add({ at, via: 'sms', to: numberOf(user), authyId: String(user.id), text });
    world.statistics.count('sms', at);
  }
  return c.json(userCreated(user));
}

/** All three spellings do the same; whether it is done at once is the application's setting. */
function deleteUser(c: Call, world: World, user: User): Response {
  const { queueDeletions } = world.application;
  if (queueDeletions) user.leavesAt = world.at() + QUEUE;
  else removeUser(world, user);
  return c.json(userRemoved({ queued: queueDeletions }));
}
