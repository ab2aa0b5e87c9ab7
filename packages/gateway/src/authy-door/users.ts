/** Authy's calls about users, where the accounts here are all there is. */
import { forgetAccount } from '../forget-account.js';
import type { Account } from '../stores/stores.js';
import { approvalsOf } from './approvals.js';
import type { Answering, Call, Calls } from './door.js';
import { acceptedOf, type DoorParts, noteAct, type User, withUser } from './door-parts.js';
import { makeSecret } from './enrolment.js';
import { textAt } from './params.js';
import { readEmail, readPerson } from './person.js';
import { refuse } from './refusals.js';
import { done, hidden, REMOVED, userCreated, userStatus } from './wire.js';

export const ACTIVITIES: readonly string[] = [
  'password_reset',
  'banned',
  'unbanned',
  'cookie_login',
];
/** Activities kept of each user. */
const KEPT = 20;

export function userCalls(door: DoorParts): Calls {
  const on =
    (answer: (c: Call, user: User) => Promise<Response>): Answering =>
    (c) =>
      withUser(c, door, (user) => answer(c, user));
  return {
    createUser: (c) => createUser(c, door),
    showUser: on(async (c, user) => c.json(userStatus(user.id, await statusOf(door, user)))),
    removeUser: on(async (c, user) => {
      await removeUser(door, user);
      return c.json(REMOVED);
    }),
    updateUser: on(async (c, { id }) => {
      const email = readEmail(c.get('tree'), 'email');
      if (email === undefined) return refuse(c, 'bad-user', { fields: { email: 'is invalid' } });
      const changed = await door.people.change(id, (person) => ({ ...person, email }));
      return changed ? c.json(done('User was updated successfully')) : refuse(c, 'not-allowed');
    }),
    registerActivity: on(async (c, { id }) => {
      const type = textAt(c.get('tree'), 'type') ?? '';
      if (!ACTIVITIES.includes(type)) {
        return refuse(c, 'bad-parameter', { fields: { type: 'is invalid' } });
      }
      const activity = { type, at: door.now() };
      const changed = await door.people.change(id, (person) => ({
        ...person,
        activities: [...person.activities, activity].slice(-KEPT),
      }));
      return changed ? c.json(done('Activity was created.')) : refuse(c, 'no-activity');
    }),
    makeSecret: on((c, user) => makeSecret(c, door, user)),
  };
}

async function createUser(c: Call, door: DoorParts): Promise<Response> {
  const reading = readPerson(c.get('tree'));
  if ('refused' in reading) return refuse(c, 'bad-user', { fields: reading.refused });
  const { user, known } = await door.people.enrol(reading.read);
  if (!known) door.tally.count('users');
  return c.json(userCreated(user));
}

/** Whoever holds a seed is registered; which device it is on, nobody knows here. */
async function statusOf(door: DoorParts, user: User): Promise<Record<string, unknown>> {
  const person = await door.people.find(user.id);
  const { seed, sent } = await acceptedOf(door, user);
  return {
    confirmed: seed || sent,
    registered: user.account.held.length > 0,
    country_code: person?.countryCode ?? null,
    phone_number: hidden(person?.number),
    devices: [],
    has_hard_token: false,
    account_disabled: false,
    ...(person && { email: person.email }),
    detailed_devices: [],
    deleted_devices: [],
  };
}

export async function removeUser(door: DoorParts, { account }: User): Promise<void> {
  await noteAct(door, account.id, 'delete');
  await forgetUser(door, account);
  await forgetAccount(door, account.id);
}

/** Before the account is deleted: whoever gets their id next is another, with another phone. */
export async function forgetUser(
  { people, sent, engine }: DoorParts,
  { id, authyId }: Account,
): Promise<void> {
  await sent.forget(id);
  const approvals = approvalsOf(engine);
  // Nobody else is asked what this person was.
  for await (const { uuid } of approvals.list(id)) await approvals.remove(uuid);
  if (authyId !== undefined) await people.forget(authyId);
}
