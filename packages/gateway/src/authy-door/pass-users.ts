/** Authy's calls about users, passed on; who is created there is remembered here. */
import type { AuthyClient, UserDetails } from '@driftlock/api-client';
import { forgetAccount } from '../forget-account.js';
import type { Call, Calls } from './door.js';
import { accountNameOf, type DoorParts, noteAct } from './door-parts.js';
import { branchAt } from './params.js';
import { given, type No, passing, passNo } from './passing.js';
import { readEmail, readPerson, wrong } from './person.js';
import { refuse } from './refusals.js';
import { ACTIVITIES } from './users.js';
import { done, QUEUED, REMOVED, userCreated, userStatus } from './wire.js';

const on = (answer: (c: Call, user: string) => Promise<Response>) =>
  passing((c) => answer(c, c.req.param('id') ?? ''));

const ip = (c: Call) => given(c, 'user_ip');

export function passedUserCalls(door: DoorParts, { users }: AuthyClient): Calls {
  return {
    createUser: on((c) => createUser(c, door, users)),
    showUser: on(async (c, user) => {
      const found = await users.status({ user, ip: ip(c) });
      if (!found.known) return refuse(c, 'unknown-user');
      return c.json(userStatus(user, statusBody(found)));
    }),
    removeUser: on(async (c, user) => {
      const removal = await users.remove({ user, ip: ip(c) });
      if (!removal.removed && removal.reason === 'unknown-user') return passNo(c, removal);
      // Gone there or about to be: whoever it was is let in by nothing that is held here.
      const account = await door.stores.accounts.findByAuthyId(user);
      if (account) {
        await noteAct(door, account.id, 'delete');
        await forgetAccount(door, account.id);
      }
      await door.people.forget(user);
      return c.json(removal.removed ? REMOVED : QUEUED);
    }),
    updateUser: on(async (c, user) => {
      const email = readEmail(c.get('tree'), 'email');
      if (email === undefined) return refuse(c, 'bad-user', { fields: wrong({ email }) });
      const change = await users.updateEmail({ user, email });
      if (!change.updated) return passNo(c, change);
      await door.people.change(user, (person) => ({ ...person, email }));
      return c.json(done('User was updated successfully'));
    }),
    registerActivity: on(async (c, user) => {
      const type = given(c, 'type') ?? '';
      if (!ACTIVITIES.includes(type)) {
        return refuse(c, 'bad-parameter', { fields: { type: 'is invalid' } });
      }
      const data = [...branchAt(c.get('tree'), 'data')].filter(
        ([, value]) => typeof value === 'string',
      );
      const told = await users.registerActivity({
        user,
        type: type.replace('_', '-') as 'banned',
        data: Object.fromEntries(data) as Record<string, string>,
        ip: ip(c),
      });
      return told.registered ? c.json(done('Activity was created.')) : passNo(c, told);
    }),
  };
}

/** What users make codes with. */
export function passedAuthenticatorCalls({ users }: AuthyClient): Calls {
  return {
    makeSecret: on(async (c, user) => {
      const size = Number(given(c, 'qr_size') ?? 300);
      const made = await users.qrCode({ user, size, label: given(c, 'label') });
      if (!made.made) return passNo(c, made);
      const { url, label, issuer } = made;
      return c.json({ qr_code: url, label, issuer, success: true });
    }),
    exportSecret: on(async (c, user) => {
      const seed = await users.exportSeed({ user });
      if (!seed.exported) return passNo(c, seed);
      const { secret, otp } = seed;
      return c.json({ secret, otp, success: true });
    }),
    showRegistration: on(async (c) => {
      const customUserId = given(c, 'custom_user_id') ?? '';
      const found = await users.registrationStatus({ customUserId });
      if (!found.known) return passNo(c, found);
      return c.json({ ...found.registration, message: 'Registration status.', success: true });
    }),
    removeDevice: on(async (c) => {
      const removal = await users.removeDevice({ device: c.req.param('device') ?? '' });
      return removal.removed ? c.json(done('Device was deleted.')) : passNo(c, removal);
    }),
  };
}

async function createUser(
  c: Call,
  door: DoorParts,
  users: AuthyClient['users'],
): Promise<Response> {
  const { stores, people, tally } = door;
  const reading = readPerson(c.get('tree'));
  if ('refused' in reading) return refuse(c, 'bad-user', { fields: reading.refused });
  const { email, number: phone, countryCode } = reading.read;
  const link = given(c, 'send_install_link_via_sms')?.toLowerCase();
  const made = await users.create({ email, phone, countryCode, sendInstallLink: link !== 'false' });
  if (!made.created) return refuseData(c, made);
  const { user } = made;
  const id = accountNameOf(user);
  await noteAct(door, id, 'create');
  await stores.accounts.create({ id, authyId: user, seeds: [] });
  await people.remember(user, reading.read);
  tally.count('users');
  return c.json(userCreated(user));
}

function refuseData(c: Call, { fields, ...no }: No & { fields: string[] }): Response {
  if (fields.length === 0) return passNo(c, no);
  const wire: Record<string, string> = { phone: 'cellphone', countryCode: 'country_code' };
  const wrongly = fields.map((field) => [wire[field] ?? field, 'is invalid']);
  return refuse(c, 'bad-user', { fields: Object.fromEntries(wrongly) });
}

/** What Authy left out is left out here. */
function statusBody(user: UserDetails): Record<string, unknown> {
  return {
    confirmed: user.confirmed,
    registered: user.registered,
    country_code: user.countryCode,
    phone_number: user.phone,
    devices: user.devices,
    has_hard_token: user.hasHardToken,
    account_disabled: user.suspended,
    email: user.email,
    detailed_devices: user.detailedDevices?.map(deviceBody),
    deleted_devices: user.deletedDevices?.map(deviceBody),
  };
}

function deviceBody(device: NonNullable<UserDetails['detailedDevices']>[number]) {
  const seconds = (at: number | undefined) => (at === undefined ? null : Math.floor(at / 1000));
  return {
    device_type: device.deviceType,
    os_type: device.osType,
    registration_device_id: device.registrationDeviceId ?? null,
    registration_method: device.registrationMethod ?? null,
    device_id: device.deviceId === undefined ? undefined : Number(device.deviceId),
    last_sync_date: seconds(device.lastSyncDate),
    creation_date: seconds(device.creationDate),
  };
}
