// Our client against the emulator, over HTTP. Neither was written from the other: where they agree,
// both have read the same of Authy.
import {
  type AuthyClient,
  AuthyError,
  createAuthyClient,
  createAuthyWebhooks,
  verifyCallbackSignature,
} from '@driftlock/api-client';
import { AUTHY_APP, importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { API_KEY, json, messagesOf, RFC_SEED, serveEmulator } from './emulator/loopback.js';

const GOOD = '2476215';
const PHONE = { phone: '3054562345', countryCode: 1 };
const NOBODY = '1';

/** Every method that was called in this file. */
const called = new Set<string>();
const methods = new Set<string>();

/** The client, its calls remembered. */
function watched(client: AuthyClient): AuthyClient {
  const groups = Object.entries(client).map(([group, calls]) => {
    const remembering = Object.entries(calls as Record<string, (...args: never[]) => unknown>).map(
      ([name, call]) => {
        methods.add(`${group}.${name}`);
        const remember = (...args: never[]) => {
          called.add(`${group}.${name}`);
          return call(...args);
        };
        return [name, remember];
      },
    );
    return [group, Object.fromEntries(remembering)];
  });
  return Object.fromEntries(groups);
}

async function served() {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const { emulator, operator, origin } = loopback;
  const { authyId: user } = emulator.addUser({
    secret: RFC_SEED,
    params: AUTHY_APP,
    email: 'a@b.example',
    phone: '3054562312',
  });
  const put = async (path: string, body: object) => {
    const { status, text } = await operator(`/emulator/${path}`, json(body, 'PUT'));
    expect(status).toBe(200);
    return JSON.parse(text);
  };
  return {
    ...loopback,
    user,
    put,
    client: watched(createAuthyClient({ apiKey: API_KEY, baseUrl: origin, retry: 0 })),
    code: async () => String((await messagesOf(loopback)).at(-1)?.code),
  };
}

const UNKNOWN = { reason: 'unknown-user', authyCode: '60026' };

test('tokens.verify: valid once, then reused; wrong, unknown, suspended and leaving', async () => {
  const { client, user, put } = await served();
  const { tokens, users } = client;
  expect(await tokens.verify({ user, token: '0000000' })).toStrictEqual({
    valid: false,
    reason: 'mismatch',
    authyCode: '60020',
  });
  expect(await tokens.verify({ user, token: GOOD })).toStrictEqual({
    valid: true,
    device: { id: '500001', osType: 'android', registrationDate: 1_111_111_109_000 },
  });
  expect(await tokens.verify({ user, token: GOOD })).toStrictEqual({
    valid: false,
    reason: 'reused',
    authyCode: '60019',
  });
  expect(await tokens.verify({ user: NOBODY, token: GOOD })).toStrictEqual({
    valid: false,
    reason: 'unknown-user',
    authyCode: '60016',
  });
  await put(`users/${user}`, { suspended: true });
  expect(await tokens.verify({ user, token: GOOD })).toStrictEqual({
    valid: false,
    reason: 'suspended',
    authyCode: '60017',
  });
  await put('application', { queueDeletions: true });
  expect(await users.remove({ user })).toStrictEqual({ removed: false, reason: 'queued' });
  expect(await tokens.verify({ user, token: GOOD })).toMatchObject({
    valid: false,
    authyCode: '60127',
  });
});

test.each(['sms', 'call'] as const)(
  'tokens.%s: ignored, forced, and good for its action',
  async (via) => {
    const { client, user, code, put } = await served();
    const { tokens } = client;
    expect(await tokens[via]({ user })).toStrictEqual({ sent: false, reason: 'ignored' });
    const request = { user, force: true, action: 'pay', actionMessage: 'Pay?', locale: 'es' };
    expect(await tokens[via](request)).toStrictEqual({ sent: true, to: '+1-XXX-XXX-XX12' });
    const token = await code();
    expect(await tokens.verify({ user, token })).toMatchObject({
      valid: false,
      reason: 'mismatch',
    });
    expect(await tokens.verify({ user, token, action: 'pay' })).toStrictEqual({
      valid: true,
      device: { osType: 'sms' },
    });
    expect(await tokens[via]({ user: NOBODY })).toStrictEqual({ sent: false, ...UNKNOWN });
    await put(`users/${user}`, { suspended: true });
    expect(await tokens[via]({ user })).toStrictEqual({
      sent: false,
      reason: 'suspended',
      authyCode: '60017',
    });
  },
);

test('tokens.email: the code goes to the operator', async () => {
  const { client, user, code } = await served();
  const { tokens } = client;
  expect(await tokens.email({ user })).toMatchObject({ sent: true });
  expect(await tokens.verify({ user, token: await code() })).toMatchObject({ valid: true });
  expect(await tokens.email({ user: NOBODY })).toStrictEqual({ sent: false, ...UNKNOWN });
});

test('users: created, found, changed, told about and removed', async () => {
  const loopback = await served();
  const { users } = loopback.client;
  const person = { email: 'c@d.example', phone: '3054562399', countryCode: 57 };
  const created = await users.create(person);
  expect(created).toStrictEqual({ created: true, user: '100002' });
  expect(await messagesOf(loopback)).toStrictEqual([]);
  await users.create({ ...person, sendInstallLink: true });
  expect(await messagesOf(loopback)).toHaveLength(1);
  const user = '100002';
  expect(await users.updateEmail({ user, email: 'new@d.example' })).toStrictEqual({
    updated: true,
  });
  expect(
    await users.registerActivity({
      user,
      type: 'password-reset',
      data: { by: 'mail' },
      ip: '10.0.0.1',
    }),
  ).toStrictEqual({ registered: true });
  expect(await users.status({ user, ip: '10.0.0.1' })).toStrictEqual({
    known: true,
    confirmed: false,
    registered: true,
    suspended: false,
    hasHardToken: false,
    devices: ['android'],
    detailedDevices: [
      {
        deviceType: 'authy',
        osType: 'android',
        deviceId: '500002',
        creationDate: 1_111_111_109_000,
      },
    ],
    deletedDevices: [],
    countryCode: 57,
    phone: 'XXX-XXX-2399',
    email: 'new@d.example',
  });
  expect(await users.remove({ user })).toStrictEqual({ removed: true });
  expect(await users.remove({ user })).toStrictEqual({ removed: false, ...UNKNOWN });
  expect(await users.status({ user })).toStrictEqual({ known: false });
  expect(await users.updateEmail({ user, email: 'a@b.example' })).toStrictEqual({
    updated: false,
    ...UNKNOWN,
  });
  expect(await users.registerActivity({ user, type: 'banned' })).toStrictEqual({
    registered: false,
    ...UNKNOWN,
  });
});

test('users.qrCode and exportSeed: a seed whose codes are good', async () => {
  const { client, user, put, clock } = await served();
  const { users, tokens } = client;
  expect(await users.exportSeed({ user })).toStrictEqual({
    exported: false,
    reason: 'not-enabled',
    authyCode: '60154',
  });
  const qr = await users.qrCode({ user, size: 256, label: 'Jo' });
  expect(qr).toStrictEqual({
    made: true,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/emulator\/qr\/[0-9a-f-]{36}\.png$/),
    label: 'Jo',
    issuer: 'Acme',
  });
  await put('application', { seedExport: true });
  const seed = await users.exportSeed({ user });
  if (!seed.exported) throw new Error('not exported');
  const otp = totp(importKey(seed.secret), { at: clock.now });
  expect(seed).toStrictEqual({ exported: true, secret: seed.secret, otp });
  expect(await tokens.verify({ user, token: otp })).toMatchObject({ valid: true });
  expect(await users.qrCode({ user: NOBODY })).toStrictEqual({ made: false, ...UNKNOWN });
  expect(await users.exportSeed({ user: NOBODY })).toStrictEqual({ exported: false, ...UNKNOWN });
});

test('users.registrationStatus and removeDevice: what the SDK asks', async () => {
  const { client, user, put } = await served();
  const { users } = client;
  const customUserId = 'ab&c=1';
  expect(await users.registrationStatus({ customUserId })).toStrictEqual({
    known: false,
    reason: 'unknown-registration',
    authyCode: '60035',
  });
  await put(`users/${user}`, { customId: customUserId });
  expect(await users.registrationStatus({ customUserId })).toMatchObject({ known: true });
  expect(await users.removeDevice({ device: '500001' })).toStrictEqual({ removed: true });
  expect(await users.removeDevice({ device: '500001' })).toStrictEqual({
    removed: false,
    reason: 'unknown-device',
    authyCode: '60092',
  });
  expect(await users.status({ user })).toMatchObject({
    registered: false,
    devices: [],
    deletedDevices: [{ deviceId: '500001' }],
  });
});

test('phones: started, checked, and how it stands', async () => {
  const { client, code, clock } = await served();
  const { phones } = client;
  expect(await phones.status(PHONE)).toStrictEqual({
    known: false,
    reason: 'not-pending',
    authyCode: '60023',
  });
  const started = await phones.start({ ...PHONE, via: 'call', codeLength: 8, locale: 'es' });
  expect(started).toStrictEqual({
    started: true,
    uuid: expect.any(String),
    carrier: 'Authy emulator',
    isCellphone: true,
    secondsToExpire: 600,
  });
  expect(await code()).toMatch(/^[0-9]{8}$/);
  const { uuid = '' } = started as { uuid?: string };
  clock.now += 1000;
  const pending = { known: true, status: 'pending', secondsToExpire: 599 };
  expect(await phones.status(PHONE)).toStrictEqual(pending);
  expect(await phones.status({ uuid })).toStrictEqual(pending);
  expect(await phones.check({ ...PHONE, code: '0000' })).toStrictEqual({
    correct: false,
    reason: 'mismatch',
    authyCode: '60022',
  });
  expect(await phones.check({ ...PHONE, code: await code() })).toStrictEqual({ correct: true });
  expect(await phones.check({ ...PHONE, code: await code() })).toStrictEqual({
    correct: false,
    reason: 'not-pending',
    authyCode: '60023',
  });
  expect(await phones.status({ uuid })).toStrictEqual({
    known: true,
    status: 'verified',
    secondsToExpire: 0,
  });
  expect(await phones.info({ ...PHONE, ip: '10.0.0.1' })).toStrictEqual({
    type: 'cellphone',
    provider: 'Authy emulator',
    ported: false,
  });
});

test('phones.start: a code and a message of one’s own', async () => {
  const loopback = await served();
  const { phones } = loopback.client;
  await phones.start({ ...PHONE, customCode: '471100', customMessage: 'It is {{code}}' });
  expect((await messagesOf(loopback))[0]?.text).toBe('It is 471100');
  expect(await phones.check({ ...PHONE, code: '471100' })).toStrictEqual({ correct: true });
});

test('oneTouch: asked, decided by the operator, and expired by the clock', async () => {
  const { client, user, put, clock } = await served();
  const { oneTouch } = client;
  const asked = {
    user,
    message: 'Sign in?',
    details: { From: 'Paris' },
    hiddenDetails: { ip: '10.0.0.1' },
    logos: [{ res: 'default', url: 'https://example.com/d.png' }],
    secondsToExpire: 120,
  } as const;
  const told = async (request: string) => oneTouch.status({ request });
  const create = async () => {
    const created = await oneTouch.create(asked);
    if (!created.created) throw new Error('not created');
    return created.request;
  };
  const [first, second, third] = [await create(), await create(), await create()];
  expect(await told(first)).toStrictEqual({
    known: true,
    status: 'pending',
    user,
    notified: false,
    createdAt: 1_111_111_109_000,
    updatedAt: 1_111_111_109_000,
    secondsToExpire: 120,
  });
  clock.now += 5000;
  await put(`approval_requests/${first}`, { status: 'approved' });
  await put(`approval_requests/${second}`, { status: 'denied' });
  clock.now += 120_000;
  expect(await told(first)).toMatchObject({ status: 'approved', processedAt: 1_111_111_114_000 });
  expect(await told(second)).toMatchObject({ status: 'denied' });
  expect(await told(third)).toMatchObject({ status: 'expired' });
  expect(await told('00000000-0000-4000-8000-000000000000')).toStrictEqual({
    known: false,
    reason: 'unknown-request',
    authyCode: '60049',
  });
});

test.each(['POST', 'GET'] as const)(
  'a callback by %s is taken for Authy’s, and no other',
  async (method) => {
    const { client, user, put, clock } = await served();
    const url = 'https://app.example/authy/callback';
    await put('application', { callback: { url, method } });
    const asked = await client.oneTouch.create({
      user,
      message: 'Sign in?',
      details: { 'From & to': 'Paris / "x" ~*', é: 'None of these' },
      logos: [
        { res: 'high', url: 'https://example.com/h.png' },
        { res: 'default', url: 'https://example.com/d.png' },
      ],
    });
    if (!asked.created) throw new Error('not created');
    const { callback } = await put(`approval_requests/${asked.request}`, { status: 'denied' });
    const params = callback.body ? JSON.parse(callback.body) : callback.url.split('?')[1];
    const genuine = {
      apiKey: API_KEY,
      signature: callback.headers['X-Authy-Signature'],
      nonce: callback.headers['X-Authy-Signature-Nonce'],
      method,
      url: callback.url,
      params,
      at: clock.now,
    };
    expect(verifyCallbackSignature(genuine)).toBe(true);
    const forged = [
      { apiKey: 'wrong' },
      { nonce: `${Math.floor(clock.now / 1000)}.000000x` },
      { method: method === 'GET' ? 'POST' : 'GET' },
      { url: `${url}/other` },
      { params: typeof params === 'string' ? `${params}1` : { ...params, status: 'approved' } },
      { at: clock.now + 301_000 },
    ];
    const taken = forged.filter((change) => verifyCallbackSignature({ ...genuine, ...change }));
    expect(taken).toStrictEqual([]);
  },
);

test('oneTouch.create: who is unknown, suspended or without the app is told apart', async () => {
  const { client, user, put } = await served();
  const create = (asked: string) => client.oneTouch.create({ user: asked, message: 'Sign in?' });
  expect(await create(NOBODY)).toStrictEqual({ created: false, ...UNKNOWN });
  await put(`users/${user}`, { registered: false });
  expect(await create(user)).toStrictEqual({
    created: false,
    reason: 'no-device',
    authyCode: '60050',
  });
  await put(`users/${user}`, { suspended: true });
  expect(await create(user)).toStrictEqual({
    created: false,
    reason: 'suspended',
    authyCode: '60017',
  });
});

test('application: what it is, and what happened', async () => {
  const { client, user } = await served();
  const { application, tokens } = client;
  expect(await application.details({ ip: '10.0.0.1' })).toStrictEqual({
    name: 'Acme',
    plan: 'pay_as_you_go',
    smsEnabled: true,
    appId: '1',
  });
  await tokens.verify({ user, token: GOOD });
  expect(await application.stats()).toStrictEqual({
    appId: '1',
    totalUsers: 1,
    count: 1,
    months: [
      {
        year: 2005,
        month: 'March',
        apiCallsCount: 3,
        authsCount: 1,
        callsCount: 0,
        smsCount: 0,
        usersCount: 0,
      },
    ],
  });
});

test('webhooks: made, listed and removed with signed calls', async () => {
  const { operator, origin } = await served();
  const keys = async () => JSON.parse((await operator('/emulator/webhooks')).text);
  const { signingKey, accessKey } = await keys();
  const options = { apiKey: API_KEY, accessKey, signingKey, baseUrl: origin, retry: 0 };
  const webhooks = createAuthyWebhooks(options);
  const webhook = { name: 'a & b', url: 'https://app.example/hook', events: ['user_added', 'x'] };
  const created = await webhooks.create(webhook);
  const { id } = (await keys()).webhooks[0];
  expect(created).toMatchObject({ webhook: { id, ...webhook } });
  expect(await webhooks.list()).toMatchObject({ webhooks: [{ id, ...webhook }] });
  await webhooks.remove({ webhook: id });
  expect((await keys()).webhooks).toStrictEqual([]);
  await expect(webhooks.remove({ webhook: id })).rejects.toMatchObject({ authyCode: '60100' });
  const forged = createAuthyWebhooks({ ...options, signingKey: `${signingKey}0` });
  await expect(forged.list()).rejects.toMatchObject({ kind: 'refused', authyCode: '60087' });
});

test('a wrong key is no ruling, though it has the status of a wrong code', async () => {
  const { origin, user } = await served();
  const { tokens } = createAuthyClient({ apiKey: 'wrong', baseUrl: origin });
  const error = await tokens.verify({ user, token: GOOD }).catch((reason) => reason);
  expect(error).toBeInstanceOf(AuthyError);
  expect(error).toMatchObject({ kind: 'refused', status: 401, authyCode: '60001' });
});

test.each([
  [{ down: true }, { kind: 'down', status: 503, retriable: true }],
  [{ reset: true }, { kind: 'ambiguous' }],
  [{ '429': true }, { kind: 'refused', status: 429, authyCode: '60003', retriable: true }],
  [{ '429': { retryAfter: 7 } }, { kind: 'refused', status: 429, retryAfter: 7 }],
  [{ '5xx': { status: 500 } }, { kind: 'ambiguous', status: 500 }],
  [{ '5xx': { status: 502 } }, { kind: 'ambiguous', status: 502 }],
  [{ '5xx': { status: 503 } }, { kind: 'down', status: 503 }],
  [{ '5xx': { status: 504 } }, { kind: 'ambiguous', status: 504 }],
  [{ html: true }, { kind: 'ambiguous', status: 200 }],
  [{ html: { status: 502 } }, { kind: 'ambiguous', status: 502 }],
  [{ lostReply: true }, { kind: 'ambiguous' }],
  [{ garbage: true }, { kind: 'ambiguous' }],
  [{ truncation: true }, { kind: 'ambiguous' }],
])('%j is never a ruling, but %j', async (faults, expected) => {
  const { client, user, put } = await served();
  await put('faults', faults);
  const error = await client.tokens.verify({ user, token: GOOD }).catch((reason) => reason);
  expect(error).toBeInstanceOf(AuthyError);
  expect(error).toMatchObject(expected);
});

test('an answer later than the timeout is ambiguous, and the code is spent', async () => {
  const { client, user, put, origin } = await served();
  const hasty = createAuthyClient({ apiKey: API_KEY, baseUrl: origin, timeout: 200 });
  await put('faults', { latency: 60_000 });
  await expect(hasty.tokens.verify({ user, token: GOOD })).rejects.toMatchObject({
    kind: 'ambiguous',
  });
  await put('faults', {});
  expect(await client.tokens.verify({ user, token: GOOD })).toMatchObject({ reason: 'reused' });
});

test('every method of the client was asked above', () => {
  expect([...methods].filter((method) => !called.has(method))).toStrictEqual([]);
  expect(methods.size).toBeGreaterThan(15);
});
