// npm's `authy` 1.4.0, unmodified: every method it has, in each mode.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { KEY, MODES, serveMode } from './served.js';

type Body = Record<string, unknown> & { error_code?: string; message: string };
type Done = (error: Body | undefined, body: Body) => void;
type Method = (...given: unknown[]) => void;

interface Authy extends Record<string, Method> {
  phones: () => Record<string, Method>;
}

const createAuthy: (key: string, url: string) => Authy = createRequire(import.meta.url)('authy');

/** What a method came to: its answer, or the `error_code` its callback was given. */
function came(method: Method, ...given: unknown[]): Promise<Body | string> {
  return new Promise((resolve) => {
    const done: Done = (error, body) => resolve(error ? (error.error_code ?? error.message) : body);
    method(...given, done);
  });
}

const methods = [
  'register_user',
  'delete_user',
  'user_status',
  'verify',
  'request_sms',
  'request_call',
  'phones',
  'check_approval_status',
  'send_approval_request',
];

test('these are all its methods', () => {
  const { prototype } = createAuthy(KEY, 'http://127.0.0.1').constructor as unknown as {
    prototype: object;
  };
  expect(Object.keys(prototype)).toStrictEqual([...methods, '_request']);
  expect(Object.keys(createAuthy(KEY, '').phones())).toStrictEqual([
    'verification_start',
    'verification_check',
    'verification_status',
    'info',
  ]);
});

test.each(MODES)('%s: every method does what it says', async (mode) => {
  const { url, lastSent, decide } = await serveMode(mode);
  const authy = createAuthy(KEY, url);
  const on =
    (name: string): Method =>
    (...given) =>
      authy[name]?.(...given);

  const user = (await came(on('register_user'), 'ben@b.example', '317-555-0100', '1')) as {
    user: { id: number };
  } & Body;
  const { id } = user.user;
  expect(user).toStrictEqual({
    message: 'User created successfully.',
    user: { id },
    success: true,
  });
  const again = await came(on('register_user'), 'ben@b.example', '317-555-0100', '1', false);
  expect(again).toStrictEqual(user);
  expect(await came(on('register_user'), 'ben', '317-555-0100', '1')).toBe('60027');

  const { status } = (await came(on('user_status'), id)) as { status: Body } & Body;
  expect(status).toMatchObject({
    authy_id: id,
    confirmed: false,
    country_code: 1,
    phone_number: 'XXX-XXX-0100',
    email: 'ben@b.example',
  });
  expect(await came(on('user_status'), 1)).toBe('60026');

  const sms = await came(on('request_sms'), id, true);
  expect(sms).toMatchObject({ success: true, message: 'SMS token was sent' });
  const code = await lastSent();
  expect(await came(on('verify'), id, code)).toMatchObject({ token: 'is valid', success: 'true' });
  expect(await came(on('verify'), id, code)).toBe('60019');
  expect(await came(on('verify'), id, '0000000')).toBe('60020');
  expect(await came(on('verify'), 1, '0000000')).toBe('60016');
  expect(await came(on('request_call'), id, true)).toMatchObject({
    success: true,
    message: 'Call started...',
    cellphone: '+1-XXX-XXX-XX00',
  });

  const phones = authy.phones();
  const phone = ['3175550199', '1'];
  const start = phones.verification_start as Method;
  expect(await came(start, ...phone, { via: 'sms', code_length: 6 })).toMatchObject({
    message: 'Text message sent to +1 317-555-0199.',
    seconds_to_expire: 600,
    success: true,
  });
  const sent = await lastSent();
  expect(sent).toMatch(/^[0-9]{6}$/);
  expect(await came(phones.verification_status as Method, ...phone)).toMatchObject({
    status: 'pending',
  });
  expect(await came(phones.verification_check as Method, ...phone, '0')).toBe('60022');
  const checked = await came(phones.verification_check as Method, ...phone, sent);
  expect(checked).toStrictEqual({ message: 'Verification code is correct.', success: true });
  const info = await came(phones.info as Method, ...phone);
  if (mode === 'authority') expect(info).toBe('60024');
  else expect(info).toMatchObject({ type: 'cellphone', ported: false, success: true });

  const asked = (await came(
    on('send_approval_request'),
    id,
    { message: 'Log in?', details: { where: 'Berlin' }, seconds_to_expire: 120 },
    { ip: '10.0.0.1' },
    [{ res: 'default', url: 'https://a.example/logo.png' }],
  )) as { approval_request: { uuid: string } } & Body;
  const { uuid } = asked.approval_request;
  const shown = async () =>
    ((await came(on('check_approval_status'), uuid)) as { approval_request: Body } & Body)
      .approval_request.status;
  expect(await shown()).toBe('pending');
  await decide(uuid, 'approved');
  expect(await shown()).toBe('approved');
  const unknown = '01234567-89ab-cdef-0123-456789abcdef';
  expect(await came(on('check_approval_status'), unknown)).toBe('60049');

  expect(await came(on('delete_user'), id)).toStrictEqual({
    message: 'User removed from application',
    success: true,
  });
  expect(await came(on('user_status'), id)).toBe('60026');
  expect(await came(on('delete_user'), id)).toBe('60026');
});

test.each(MODES)('%s: a code of an app is good once at both doors together', async (mode) => {
  const { url, withApp, operator } = await serveMode(mode);
  const authy = createAuthy(KEY, url);
  const { id, code } = await withApp();
  const here = async (typed: string) =>
    (await operator('POST', '/accounts/ana/verify', { code: typed })).body.accepted;
  const there = async (typed: string) =>
    typeof (await came((...given) => authy.verify?.(...given), id, typed)) !== 'string';
  const first = code();
  expect([await there(first), await here(first), await there(first)]).toStrictEqual([
    true,
    false,
    false,
  ]);
  // A later step than any that was used, and no later than the one that is shown.
  let next = code();
  while (next === first) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    next = code();
  }
  expect([await here(next), await there(next), await here(next)]).toStrictEqual([
    true,
    false,
    false,
  ]);
});

test.each(MODES)('%s: a wrong key opens nothing', async (mode) => {
  const { url } = await serveMode(mode);
  const authy = createAuthy('wrong', url);
  for (const [name, ...given] of [
    ['register_user', 'ben@b.example', '317-555-0100', '1'],
    ['user_status', 1],
    ['verify', 1, '0000000'],
    ['send_approval_request', 1, { message: 'm' }, {}, undefined],
  ] as [string, ...unknown[]][]) {
    expect(await came((...each) => authy[name]?.(...each), ...given)).toBe('60001');
  }
});
