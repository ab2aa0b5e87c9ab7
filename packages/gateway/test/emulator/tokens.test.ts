import { AUTHY_APP, importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import {
  json,
  type Loopback,
  messagesOf,
  RFC_SEED,
  refused,
  type Sent,
  serveEmulator,
} from './loopback.js';

async function withUser() {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const { emulator, authy, operator } = loopback;
  const { authyId } = emulator.addUser({
    secret: RFC_SEED,
    params: AUTHY_APP,
    email: 'a@b.example',
    phone: '305-456-2312',
    countryCode: '57',
  });
  const ask = async (path: string, sent?: Sent) => {
    const { status, text } = await authy(`/protected/json/${path}`, sent);
    return [status, text];
  };
  return {
    ...loopback,
    authyId,
    ask,
    verify: (code: unknown, query = '') => ask(`verify/${code}/${authyId}${query}`),
    set: (body: object) => operator(`/emulator/users/${authyId}`, json(body, 'PUT')),
    setApplication: (body: object) => operator('/emulator/application', json(body, 'PUT')),
  };
}

const WRONG =
  '{"message":"Token is invalid.","token":"is invalid","success":false,"errors":{"message":"Token is invalid."},"error_code":"60020"}';
const USED =
  '{"message":"Token is invalid. Token was used recently.","token":"is invalid","success":false,"errors":{"message":"Token is invalid. Token was used recently."},"error_code":"60019"}';
const BY_SMS =
  '{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":null,"os_type":"sms","registration_date":null,"registration_method":null,"registration_country":null,"registration_region":null,"registration_city":null,"country":null,"region":null,"city":null,"ip":null,"last_account_recovery_at":null,"last_sync_date":null}}';

test.each([
  [
    'sms',
    'GET',
    '{"success":true,"message":"SMS token was sent","cellphone":"+57-XXX-XXX-XX12"}',
    { via: 'sms', to: '+57 3054562312' },
  ],
  [
    'call',
    'GET',
    '{"success":true,"message":"Call started...","cellphone":"+57-XXX-XXX-XX12"}',
    { via: 'call', to: '+57 3054562312' },
  ],
  [
    'email',
    'POST',
    expect.stringMatching(
      /^\{"success":true,"message":"Email token was sent","email":"a@b\.example","email_id":"EM[0-9a-f]{32}"\}$/,
    ),
    { via: 'email', to: 'a@b.example' },
  ],
])('%s: the code is the operator’s to read, and good once', async (path, method, body, where) => {
  const user = await withUser();
  const { ask, verify, authyId, clock } = user;
  expect(await ask(`${path}/${authyId}?force=true`, { method })).toStrictEqual([200, body]);
  const [message, ...none] = await messagesOf(user);
  expect(none).toStrictEqual([]);
  expect(message).toStrictEqual({
    at: clock.now,
    ...where,
    authyId,
    text: `${message?.code} is your Acme code`,
    code: expect.stringMatching(/^[0-9]{7}$/),
  });
  const { code } = message as { code: string };
  const confirmed = async () =>
    JSON.parse(String((await ask(`users/${authyId}/status`))[1])).status.confirmed;
  expect(await confirmed()).toBe(false);
  expect(await verify(code)).toStrictEqual([200, BY_SMS]);
  expect(await verify(code)).toStrictEqual([401, USED]);
  expect(await confirmed()).toBe(true);
});

test('who has the app is sent nothing, unless the caller insists', async () => {
  const user = await withUser();
  const { ask, authyId } = user;
  const cellphone = '"cellphone":"+57-XXX-XXX-XX12","device":"android","ignored":true}';
  for (const query of ['', '?force=false', '?force=', '?force=1']) {
    expect(await ask(`sms/${authyId}${query}`)).toStrictEqual([
      200,
      `{"success":true,"message":"Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.",${cellphone}`,
    ]);
    expect(await ask(`call/${authyId}${query}`)).toStrictEqual([
      200,
      `{"success":true,"message":"Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.",${cellphone}`,
    ]);
  }
  expect(await messagesOf(user)).toStrictEqual([]);
  // authy-python writes its booleans so.
  await ask(`sms/${authyId}?force=True`);
  expect(await messagesOf(user)).toHaveLength(1);
});

test('who has no app is sent a code without force, and has no app token', async () => {
  const user = await withUser();
  const { ask, authyId, set, verify, operator, clock } = user;
  const { app } = JSON.parse((await operator(`/emulator/users/${authyId}`)).text);
  const { secret, params } = parseUri(app.uri);
  const shown = totp(importKey(secret, params), { at: clock.now });
  await set({ registered: false });
  expect(await ask(`sms/${authyId}`)).toStrictEqual([
    200,
    '{"success":true,"message":"SMS token was sent","cellphone":"+57-XXX-XXX-XX12"}',
  ]);
  expect(await verify(shown)).toStrictEqual([401, WRONG]);
  await set({ registered: true });
  expect((await verify(shown))[0]).toBe(200);
});

test('a code sent is good for ten minutes of the emulator’s clock, and only the last is', async () => {
  const user = await withUser();
  const { ask, authyId, verify, clock } = user;
  await ask(`sms/${authyId}?force=true`);
  await ask(`call/${authyId}?force=true`);
  const [first, second] = await messagesOf(user);
  expect(await verify(first?.code)).toStrictEqual([401, WRONG]);
  clock.now += 600_000;
  expect(await verify(second?.code)).toStrictEqual([401, WRONG]);
  clock.now -= 1;
  expect(await verify(second?.code)).toStrictEqual([200, BY_SMS]);
});

test('a code asked for an action is good for that action alone', async () => {
  const user = await withUser();
  const { ask, authyId, verify } = user;
  await ask(`sms/${authyId}?force=true&action=pay&action_message=Pay%20the%20rent&locale=es`);
  const [message] = await messagesOf(user);
  expect(message?.text).toBe(`Pay the rent: ${message?.code} is your Acme code`);
  expect(await verify(message?.code)).toStrictEqual([401, WRONG]);
  expect(await verify(message?.code, '?action=login')).toStrictEqual([401, WRONG]);
  expect(await verify(message?.code, '?action=pay')).toStrictEqual([200, BY_SMS]);
});

test.each(['action', 'action_message'])('%s has at most 255 characters', async (name) => {
  const user = await withUser();
  const { ask, authyId } = user;
  const long = (length: number) => `sms/${authyId}?force=true&${name}=${'x'.repeat(length)}`;
  expect((await ask(long(255)))[0]).toBe(200);
  expect(await ask(long(256))).toStrictEqual(
    refused(400, {
      message: 'Invalid parameter',
      code: '60004',
      fields: { [name]: 'is too long' },
    }),
  );
  expect(await messagesOf(user)).toHaveLength(1);
});

test('a channel that is off is 503, with force and without', async () => {
  const { ask, authyId, setApplication } = await withUser();
  expect((await setApplication({ sms: false, calls: false })).text).toBe(
    '{"sms":false,"calls":false,"queueDeletions":false,"seedExport":false}',
  );
  for (const query of ['', '?force=true']) {
    expect(await ask(`sms/${authyId}${query}`)).toStrictEqual(
      refused(503, { message: 'SMS is not enabled', code: '60007' }),
    );
    expect(await ask(`call/${authyId}${query}`)).toStrictEqual(
      refused(503, { message: 'Phone calls are not enabled on this account', code: '60006' }),
    );
  }
  await setApplication({});
  expect((await ask(`sms/${authyId}`))[0]).toBe(200);
});

test('a suspended user is sent nothing', async () => {
  const user = await withUser();
  await user.set({ suspended: true });
  const no = refused(503, { message: 'User is suspended.', code: '60017' });
  expect(await user.ask(`sms/${user.authyId}?force=true`)).toStrictEqual(no);
  expect(await user.ask(`call/${user.authyId}?force=true`)).toStrictEqual(no);
  expect(await user.ask(`email/${user.authyId}`, { method: 'POST' })).toStrictEqual(no);
  expect(await messagesOf(user)).toStrictEqual([]);
});

test('a user without a number, or without an address, cannot be reached there', async () => {
  const { ask, emulator } = await withUser();
  const { authyId } = emulator.addUser({ secret: RFC_SEED });
  const number = refused(400, { message: 'Phone number is invalid', code: '60033' });
  expect(await ask(`sms/${authyId}?force=true`)).toStrictEqual(number);
  expect(await ask(`call/${authyId}?force=true`)).toStrictEqual(number);
  expect(await ask(`email/${authyId}`, { method: 'POST' })).toStrictEqual(
    refused(400, { message: 'User was not valid', code: '60027', fields: { email: 'is invalid' } }),
  );
});

test('an unknown user is 60026 here, and 60016 to a verification', async () => {
  const { ask } = await withUser();
  const no = refused(404, { message: 'User not found.', code: '60026' });
  expect(await ask('sms/1')).toStrictEqual(no);
  expect(await ask('call/1')).toStrictEqual(no);
  expect(await ask('email/1', { method: 'POST' })).toStrictEqual(no);
  expect(await ask('verify/1234567/1')).toStrictEqual(
    refused(404, { message: "User doesn't exist.", code: '60016' }),
  );
});

test('the operator sees the newest hundred messages', async () => {
  const user = await withUser();
  for (let i = 0; i < 103; i++) {
    await user.ask(`sms/${user.authyId}?force=true&action_message=${i}`);
  }
  const texts = (await messagesOf(user as Loopback)).map(({ text }) =>
    Number.parseInt(String(text), 10),
  );
  expect(texts).toStrictEqual(Array.from({ length: 100 }, (_, i) => i + 3));
});
