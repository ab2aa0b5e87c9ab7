// npm's `authy-client` 1.1.4, unmodified: every method it has, in each mode.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { KEY, MODES, serveMode } from './served.js';

// biome-ignore lint/suspicious/noExplicitAny: its answers are checked by what is expected of them.
type Method = (...given: unknown[]) => Promise<any>;

const { Client } = createRequire(import.meta.url)('authy-client') as {
  Client: new (
    settings: { key: string },
    options: { host: string; timeout: number },
  ) => Record<string, Method>;
};

const open = (host: string, key = KEY) => new Client({ key }, { host, timeout: 30_000 });

/** Its own word for a no, Authy's code, and the HTTP status. */
async function no(asked: Promise<unknown>): Promise<unknown[]> {
  const error = await asked.then(
    () => undefined,
    (thrown) => thrown,
  );
  return [error?.name, error?.code, error?.body?.error_code];
}

const person = { countryCode: 'US', email: 'ben@b.example', phone: '317-338-9302' };
const PHONE = { countryCode: 'US', phone: '317-338-9399' };

test('these are all its methods', () => {
  expect(Object.getOwnPropertyNames(Client.prototype).sort()).toStrictEqual(
    [
      'constructor',
      'createApprovalRequest',
      'deleteUser',
      'getApplicationDetails',
      'getApplicationStatistics',
      'getApprovalRequest',
      'getPhoneInformation',
      'getUserStatus',
      'registerActivity',
      'registerUser',
      'requestCall',
      'requestSms',
      'startPhoneVerification',
      'verifyCallback',
      'verifyPhone',
      'verifyToken',
    ].sort(),
  );
});

test.each(MODES)('%s: every method that asks does what it says', async (mode) => {
  const { url, lastSent, decide } = await serveMode(mode);
  const client = open(url);
  const ask = (name: string, ...given: unknown[]) => (client[name] as Method)(...given);

  const { user } = await ask('registerUser', person);
  const { id: authyId } = user;
  expect(authyId).toBeGreaterThan(0);

  const { status } = await ask('getUserStatus', { authyId }, { ip: '10.0.0.1' });
  expect(status).toMatchObject({ authy_id: authyId, email: person.email, country_code: 1 });
  expect(await no(ask('getUserStatus', { authyId: 1 }))).toStrictEqual(['HttpError', 404, '60026']);

  const activity = { authyId, type: 'banned', data: { reason: 'foo' } };
  expect((await ask('registerActivity', activity, { ip: '10.0.0.1' })).success).toBe(true);

  expect((await ask('requestSms', { authyId }, { force: true })).message).toBe(
    'SMS token was sent',
  );
  const token = await lastSent();
  expect(await ask('verifyToken', { authyId, token }, { force: true })).toMatchObject({
    message: 'Token is valid.',
    token: 'is valid',
    success: 'true',
  });
  const refused = (what: object) => no(ask('verifyToken', what));
  expect(await refused({ authyId, token })).toStrictEqual(['HttpError', 401, '60019']);
  expect(await refused({ authyId, token: '0000000' })).toStrictEqual(['HttpError', 401, '60020']);
  expect(await refused({ authyId: 1, token: '0000000' })).toStrictEqual([
    'HttpError',
    404,
    '60016',
  ]);
  const called = await ask(
    'requestCall',
    { authyId, action: 'pay', message: 'Pay' },
    { force: true },
  );
  expect(called).toMatchObject({ message: 'Call started...', success: true });

  expect((await ask('startPhoneVerification', { ...PHONE, via: 'sms' })).message).toBe(
    'Text message sent to +1 317-338-9399.',
  );
  const verify = (code: string) => ask('verifyPhone', { ...PHONE, token: code });
  const code = await lastSent();
  const wrong = code === '0000' ? '1111' : '0000';
  expect(await no(verify(wrong))).toStrictEqual(['HttpError', 401, '60022']);
  expect((await verify(code)).success).toBe(true);
  const info = ask('getPhoneInformation', PHONE);
  if (mode === 'authority') expect(await no(info)).toStrictEqual(['HttpError', 500, '60024']);
  else expect((await info).type).toBe('cellphone');

  const asked = await ask(
    'createApprovalRequest',
    {
      authyId,
      message: 'Log in?',
      details: { visible: { where: 'Berlin' }, hidden: { ip: '10.0.0.1' } },
      logos: [{ res: 'default', url: 'https://a.example/logo.png' }],
    },
    { ttl: 120 },
  );
  const { uuid: id } = asked.approval_request;
  const shown = async () => (await ask('getApprovalRequest', { id })).approval_request;
  expect(await shown()).toMatchObject({
    status: 'pending',
    _authy_id: authyId,
    processed_at: null,
  });
  await decide(id, 'denied');
  expect((await shown()).status).toBe('denied');
  expect(
    await no(ask('getApprovalRequest', { id: '01234567-89ab-cdef-0123-456789abcdef' })),
  ).toStrictEqual(['HttpError', 404, '60049']);

  expect((await ask('getApplicationDetails')).app.sms_enabled).toBe(true);
  const { stats, total_users } = await ask('getApplicationStatistics', { ip: '10.0.0.1' });
  expect(stats.at(-1).users_count).toBeGreaterThan(0);
  expect(total_users).toBeGreaterThan(0);

  expect((await ask('deleteUser', { authyId }, { ip: '10.0.0.1' })).message).toBe(
    'User removed from application',
  );
  expect(await no(ask('deleteUser', { authyId }))).toStrictEqual(['HttpError', 404, '60026']);
});

test.each(MODES)('%s: a code of an app is good once at both doors together', async (mode) => {
  const { url, withApp, operator } = await serveMode(mode);
  const { id: authyId, code } = await withApp();
  const client = open(url);
  const token = code();
  const spend = () => (client.verifyToken as Method)({ authyId, token });
  expect((await spend()).token).toBe('is valid');
  const { body } = await operator('POST', '/accounts/ana/verify', { code: token });
  expect(body).toMatchObject({ accepted: false, reason: 'replayed' });
  expect(await no(spend())).toStrictEqual(['HttpError', 401, '60019']);
});

test.each(MODES)('%s: a wrong key opens nothing', async (mode) => {
  const { url } = await serveMode(mode);
  const client = open(url, 'wrong');
  for (const [name, what] of [
    ['registerUser', person],
    ['getUserStatus', { authyId: 1 }],
    ['verifyToken', { authyId: 1, token: '0000000' }],
    ['createApprovalRequest', { authyId: 1, message: 'm' }],
    ['getApplicationDetails', {}],
  ] as [string, object][]) {
    expect(await no((client[name] as Method)(what))).toStrictEqual(['HttpError', 401, '60001']);
  }
});

test('authority: it takes the signature of a callback, and misses what only a device could give', async () => {
  const received: { headers: IncomingHttpHeaders; body: object }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, body: JSON.parse(text) });
    response.end(() => server.emit('received'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { url, decide } = await serveMode('authority', {
    callback: { url: `http://${origin}/callback` },
  });
  const client = open(url);
  const { user } = await (client.registerUser as Method)(person);
  const asked = { authyId: user.id, message: 'Log in?', details: { visible: { a: 'b' } } };
  const { approval_request } = await (client.createApprovalRequest as Method)(asked);
  const arrived = once(server, 'received');
  await decide(approval_request.uuid, 'approved');
  await arrived;
  const [{ headers, body } = { headers: {}, body: {} }] = received;
  const request = { body, headers, method: 'POST', protocol: 'http', url: '/callback' };
  const missed = async (change: object = {}) =>
    (client.verifyCallback as Method)({ ...request, ...change }).then(
      () => [],
      ({ errors }) =>
        Object.entries<object>(errors).flatMap(([part, found]) => [part, ...Object.keys(found)]),
    );
  // Of Authy's own callbacks it misses a text for device_uuid, too: there it is a number.
  expect(await missed()).toStrictEqual(['body', 'device_uuid', 'signature']);
  expect(await missed({ body: { ...body, status: 'denied' } })).toStrictEqual([
    'body',
    'device_uuid',
    'signature',
    'headers',
    'x-authy-signature',
  ]);
});
