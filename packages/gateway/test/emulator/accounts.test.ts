import { importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { json, messagesOf, RFC_SEED, refused, type Sent, serveEmulator } from './loopback.js';

async function withUser() {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const { authyId } = loopback.emulator.addUser({
    secret: RFC_SEED,
    email: 'a@b.example',
    phone: '3054562312',
  });
  const { authy, operator } = loopback;
  const ask = async (path: string, sent?: Sent) => {
    const { status, text } = await authy(`/protected/json/${path}`, sent);
    return [status, text] as const;
  };
  return {
    ...loopback,
    authyId,
    ask,
    post: (path: string, body: object = {}) => ask(path, json(body)),
    async status() {
      return JSON.parse((await ask(`users/${authyId}/status`))[1]).status;
    },
    application: (body: object) => operator('/emulator/application', json(body, 'PUT')),
    set: (body: object) => operator(`/emulator/users/${authyId}`, json(body, 'PUT')),
  };
}

const UNKNOWN = refused(404, { message: 'User not found.', code: '60026' });

test('an email is updated, and refused by name where it is none', async () => {
  const { post, status, authyId } = await withUser();
  expect(await post(`users/${authyId}/update`, { email: ' new@b.example ' })).toStrictEqual([
    200,
    '{"message":"User was updated successfully","success":true}',
  ]);
  expect((await status()).email).toBe('new@b.example');
  for (const body of [{}, { email: 'new' }]) {
    expect(await post(`users/${authyId}/update`, body)).toStrictEqual(
      refused(400, {
        message: 'User was not valid',
        code: '60027',
        fields: { email: 'is invalid' },
      }),
    );
  }
  expect((await status()).email).toBe('new@b.example');
  expect(await post('users/1/update', { email: 'a@b.example' })).toStrictEqual(UNKNOWN);
});

test('activities are kept for the operator, of the four types there are', async () => {
  const { post, operator, authyId, clock } = await withUser();
  for (const type of ['password_reset', 'banned', 'unbanned', 'cookie_login']) {
    const body = { type, data: { reason: 'x' }, user_ip: '10.0.0.1' };
    expect(await post(`users/${authyId}/register_activity`, body)).toStrictEqual([
      200,
      '{"message":"Activity was created.","success":true}',
    ]);
    clock.now += 1000;
  }
  for (const type of ['login', '', undefined]) {
    expect(await post(`users/${authyId}/register_activity`, { type })).toStrictEqual(
      refused(400, {
        message: 'Invalid parameter',
        code: '60004',
        fields: { type: 'is invalid' },
      }),
    );
  }
  expect(JSON.parse((await operator(`/emulator/users/${authyId}/activities`)).text)).toStrictEqual({
    activities: [
      { type: 'password_reset', at: 1_111_111_109_000 },
      { type: 'banned', at: 1_111_111_110_000 },
      { type: 'unbanned', at: 1_111_111_111_000 },
      { type: 'cookie_login', at: 1_111_111_112_000 },
    ],
  });
  expect(await post('users/1/register_activity', { type: 'banned' })).toStrictEqual(UNKNOWN);
  expect((await operator('/emulator/users/1/activities')).status).toBe(404);
});

test('a seed is exported once that was switched on, for a generic token alone', async () => {
  const { ask, post, application, authyId, clock } = await withUser();
  const path = `users/${authyId}/secret/export`;
  const off = refused(400, { message: 'Migration tools are disabled', code: '60154' });
  expect(await ask(path)).toStrictEqual(off);
  await application({ seedExport: true });
  expect(await ask(path)).toStrictEqual(
    refused(404, { message: 'Authenticator not found', code: '60113' }),
  );
  await post(`users/${authyId}/secret`);
  const [status, text] = await ask(path);
  const { secret, otp } = JSON.parse(text);
  expect([status, text]).toStrictEqual([
    200,
    `{"secret":"${secret}","otp":"${otp}","success":true}`,
  ]);
  expect(otp).toBe(totp(importKey(secret), { at: clock.now }));
  expect((await ask(`verify/${otp}/${authyId}`))[0]).toBe(200);
  expect(await ask('users/1/secret/export')).toStrictEqual(UNKNOWN);
  await application({});
  expect(await ask(path)).toStrictEqual(off);
});

test.each(['users/ID/delete', 'users/delete/ID', 'users/ID/remove'])(
  'POST %s is queued for a minute where the application queues deletions',
  async (path) => {
    const { ask, post, application, authyId, clock } = await withUser();
    await application({ queueDeletions: true });
    const remove = () => post(path.replace('ID', authyId));
    expect(await remove()).toStrictEqual([
      200,
      '{"message":"User was added to remove.","success":true}',
    ]);
    const leaving = refused(403, { message: 'User is pending deletion', code: '60127' });
    expect(await remove()).toStrictEqual(leaving);
    clock.now += 59_999;
    for (const call of ['verify/081804/ID', 'users/ID/status', 'sms/ID?force=true']) {
      expect(await ask(call.replace('ID', authyId))).toStrictEqual(leaving);
    }
    clock.now += 1;
    expect(await ask(`verify/081804/${authyId}`)).toStrictEqual(
      refused(404, { message: "User doesn't exist.", code: '60016' }),
    );
    expect(await remove()).toStrictEqual(UNKNOWN);
  },
);

test('who is registered again while leaving stays', async () => {
  const { post, ask, application, authyId, clock } = await withUser();
  await application({ queueDeletions: true });
  await post(`users/${authyId}/remove`);
  const user = { email: 'a@b.example', cellphone: '3054562312', country_code: '1' };
  const [, text] = await post('users/new', { user });
  expect(JSON.parse(text).user.id).toBe(Number(authyId));
  clock.now += 60_000;
  expect((await ask(`users/${authyId}/status`))[0]).toBe(200);
});

test.each([
  [undefined, 1],
  [true, 1],
  ['', 1],
  [false, 0],
])('with send_install_link_via_sms %j a link is sent %d times', async (asked, times) => {
  const loopback = await withUser();
  const user = { email: 'c@d.example', cellphone: '3054562399', country_code: '57' };
  await loopback.post('users/new', { user, send_install_link_via_sms: asked });
  expect(await messagesOf(loopback)).toStrictEqual(
    Array(times).fill({
      at: loopback.clock.now,
      via: 'sms',
      to: '+57 3054562399',
      authyId: '100002',
      text: 'Get the Authy app for Acme',
    }),
  );
});

test('no link is sent where SMS is off, and the user is created all the same', async () => {
  const loopback = await withUser();
  await loopback.application({ sms: false });
  const user = { email: 'c@d.example', cellphone: '3054562399', country_code: '57' };
  expect((await loopback.post('users/new', { user }))[0]).toBe(200);
  expect(await messagesOf(loopback)).toStrictEqual([]);
});

test('an SDK device is deleted, once, and shown among the deleted', async () => {
  const { ask, status, authyId } = await withUser();
  const device = {
    device_type: 'authy',
    os_type: 'android',
    registration_device_id: null,
    registration_method: null,
    device_id: 500_001,
    last_sync_date: null,
    creation_date: 1_111_111_109,
  };
  const remove = (id: string) => ask(`sdk/devices/${id}`, { method: 'DELETE' });
  const unknown = refused(404, { message: 'Device not found', code: '60092' });
  expect(await remove('500002')).toStrictEqual(unknown);
  expect(await remove('undefined')).toStrictEqual(unknown);
  expect(await remove('500001')).toStrictEqual([
    200,
    '{"message":"Device was deleted.","success":true}',
  ]);
  expect(await remove('500001')).toStrictEqual(unknown);
  expect(await status()).toStrictEqual({
    authy_id: Number(authyId),
    confirmed: false,
    registered: false,
    country_code: 1,
    phone_number: 'XXX-XXX-2312',
    devices: [],
    has_hard_token: false,
    account_disabled: false,
    email: 'a@b.example',
    detailed_devices: [],
    deleted_devices: [device],
  });
});

test('a code of a seed without a phone is valid, on no device', async () => {
  const { ask, authyId } = await withUser();
  await ask('sdk/devices/500001', { method: 'DELETE' });
  const [status, text] = await ask(`verify/081804/${authyId}`);
  expect([status, JSON.parse(text).device.id]).toStrictEqual([200, null]);
});

test('an SDK registration is found by the name the operator gave its user', async () => {
  const { ask, set, authyId } = await withUser();
  const path = 'registrations/status?custom_user_id=ab%26c%3D1';
  expect(await ask(path)).toStrictEqual(
    refused(404, { message: 'Registration request not found', code: '60035' }),
  );
  expect((await set({ customId: 'ab&c=1' })).text).toBe('{"customId":"ab&c=1"}');
  const told = (status: string) => [
    200,
    `{"registration":{"custom_user_id":"ab&c=1","authy_id":${authyId},"status":"${status}"},"message":"Registration status.","success":true}`,
  ];
  expect(await ask(path)).toStrictEqual(told('completed'));
  await set({ registered: false });
  expect(await ask(path)).toStrictEqual(told('pending'));
  expect(await ask('registrations/status')).toStrictEqual(
    refused(400, {
      message: 'Invalid parameter',
      code: '60004',
      fields: { custom_user_id: 'is invalid' },
    }),
  );
});
