import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { API_KEY, form, json, RFC_SEED, refused, type Sent, serveEmulator } from './loopback.js';

async function withUser() {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const { authyId } = loopback.emulator.addUser({ secret: RFC_SEED, email: 'a@b.example' });
  const { authy, operator } = loopback;
  const ask = async (sent: Sent, id = authyId) => {
    const { status, text } = await authy(`/onetouch/json/users/${id}/approval_requests`, sent);
    return [status, text] as const;
  };
  return {
    ...loopback,
    authyId,
    ask,
    async asked(more: object = {}) {
      const [status, text] = await ask(json({ message: 'Sign in?', ...more }));
      expect(status).toBe(200);
      return JSON.parse(text).approval_request.uuid as string;
    },
    read: async (uuid: string) => {
      const { status, text } = await authy(`/onetouch/json/approval_requests/${uuid}`);
      return [status, text] as const;
    },
    statusOf: async (uuid: string) =>
      JSON.parse((await authy(`/onetouch/json/approval_requests/${uuid}`)).text).approval_request
        .status,
    listed: async () => JSON.parse((await operator('/emulator/approval_requests')).text).requests,
    decide: (uuid: string, status: string) =>
      operator(`/emulator/approval_requests/${uuid}`, json({ status }, 'PUT')),
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const LOGOS = [
  { res: 'default', url: 'https://example.com/d.png' },
  { res: 'low', url: 'https://example.com/l.png' },
];

test.each([
  [
    'JSON',
    json({
      message: 'Sign in?',
      details: { From: 'Paris', Amount: 12 },
      hidden_details: { ip: '10.0.0.1' },
      logos: LOGOS,
      seconds_to_expire: 120,
    }),
  ],
  [
    'a form',
    {
      ...form({}),
      body: 'message=Sign+in%3F&details[From]=Paris&details[Amount]=12&hidden_details[ip]=10.0.0.1&logos[][res]=default&logos[][url]=https%3A%2F%2Fexample.com%2Fd.png&logos[][res]=low&logos[][url]=https%3A%2F%2Fexample.com%2Fl.png&seconds_to_expire=120',
    },
  ],
])('a request is made from %s, and waits for the operator', async (_, sent) => {
  const { ask, listed, authyId, read, clock } = await withUser();
  const [status, text] = await ask(sent);
  const { uuid } = JSON.parse(text).approval_request;
  expect([status, text]).toStrictEqual([
    200,
    `{"approval_request":{"uuid":"${uuid}"},"success":true}`,
  ]);
  expect(uuid).toMatch(UUID);
  expect(await listed()).toStrictEqual([
    {
      uuid,
      authyId,
      status: 'pending',
      message: 'Sign in?',
      details: { From: 'Paris', Amount: '12' },
      hiddenDetails: { ip: '10.0.0.1' },
      logos: LOGOS,
    },
  ]);
  clock.now = Date.UTC(2017, 1, 23, 1, 40, 44);
  const [found, body] = await read(uuid);
  const { _id, app_id, user_id } = JSON.parse(body).approval_request;
  expect([found, body]).toStrictEqual([
    200,
    `{"approval_request":{"_app_name":"Acme","_app_serial_id":1,"_authy_id":${authyId},"_id":"${_id}","_user_email":"a@b.example","app_id":"${app_id}","created_at":"2005-03-18T01:58:29Z","notified":false,"processed_at":null,"seconds_to_expire":120,"status":"expired","updated_at":"2005-03-18T01:58:29Z","user_id":"${user_id}","uuid":"${uuid}"},"success":true}`,
  ]);
  expect([_id, app_id, user_id].every((name) => /^[0-9a-f]{24}$/.test(name))).toBe(true);
  expect(new Set([_id, app_id, user_id]).size).toBe(3);
});

test.each(['approved', 'denied', 'expired'])('the operator decides, once: %s', async (status) => {
  const { asked, decide, statusOf, read, clock } = await withUser();
  const [uuid, other] = [await asked(), await asked()];
  expect(await statusOf(uuid)).toBe('pending');
  clock.now += 5000;
  const answer = await decide(uuid, status);
  expect([answer.status, answer.text]).toStrictEqual([200, `{"status":"${status}"}`]);
  expect(JSON.parse((await read(uuid))[1]).approval_request).toMatchObject({
    status,
    created_at: '2005-03-18T01:58:29Z',
    processed_at: '2005-03-18T01:58:34Z',
    updated_at: '2005-03-18T01:58:34Z',
  });
  const again = await decide(uuid, 'approved');
  expect([again.status, JSON.parse(again.text).code]).toStrictEqual([409, 'not-pending']);
  expect([await statusOf(uuid), await statusOf(other)]).toStrictEqual([status, 'pending']);
});

test.each([
  ['after so many seconds', { seconds_to_expire: 120 }, 120],
  ['after a day where it is not said', {}, 86_400],
  ['after a day where null is said, as authy-python does', { seconds_to_expire: null }, 86_400],
])('a request expires by the emulator’s clock: %s', async (_, more, seconds) => {
  const { asked, statusOf, decide, clock } = await withUser();
  const uuid = await asked(more);
  clock.now += seconds * 1000 - 1;
  expect(await statusOf(uuid)).toBe('pending');
  clock.now += 1;
  expect(await statusOf(uuid)).toBe('expired');
  expect((await decide(uuid, 'approved')).status).toBe(409);
  expect(await statusOf(uuid)).toBe('expired');
});

test('a request that expires after 0 seconds never does', async () => {
  const { asked, statusOf, decide, clock } = await withUser();
  const uuid = await asked({ seconds_to_expire: 0 });
  clock.now += 3e12;
  expect(await statusOf(uuid)).toBe('pending');
  expect((await decide(uuid, 'denied')).status).toBe(200);
});

test('an unknown request is 60049 without errors', async () => {
  const { read, decide } = await withUser();
  for (const name of ['00000000-0000-4000-8000-000000000000', 'x', '..%2fx']) {
    expect(await read(name)).toStrictEqual([
      404,
      '{"message":"Approval request not found","success":false,"errors":{},"error_code":"60049"}',
    ]);
  }
  const { status, text } = await decide('x', 'approved');
  expect([status, JSON.parse(text).code]).toStrictEqual([404, 'no-such-approval']);
});

test('who has no app, is suspended or unknown is not asked', async () => {
  const { ask, authyId, operator, listed } = await withUser();
  const put = (body: object) => operator(`/emulator/users/${authyId}`, json(body, 'PUT'));
  const sent = json({ message: 'Sign in?' });
  expect(await ask(sent, '1')).toStrictEqual(
    refused(404, { message: 'User not found.', code: '60026' }),
  );
  await put({ registered: false });
  expect(await ask(sent)).toStrictEqual(
    refused(400, { message: 'User is not registered', code: '60050' }),
  );
  await put({ registered: true, suspended: true });
  expect(await ask(sent)).toStrictEqual(
    refused(503, { message: 'User is suspended.', code: '60017' }),
  );
  expect(await listed()).toStrictEqual([]);
});

const long = 'x'.repeat(201);

test.each([
  ['message', {}],
  ['message', { message: '' }],
  ['message', { message: long }],
  ['details', { message: 'm', details: { a: long } }],
  ['details', { message: 'm', details: { [long]: 'a' } }],
  ['details', { message: 'm', details: { a: { b: 'c' } } }],
  ['hidden_details', { message: 'm', hidden_details: { a: long } }],
  ['seconds_to_expire', { message: 'm', seconds_to_expire: -1 }],
  ['seconds_to_expire', { message: 'm', seconds_to_expire: 1.5 }],
  ['seconds_to_expire', { message: 'm', seconds_to_expire: 'soon' }],
  ['logos', { message: 'm', logos: [{ res: 'low' }] }],
  ['logos', { message: 'm', logos: [{ res: 'huge', url: 'https://example.com/l.png' }] }],
  ['logos', { message: 'm', logos: [{ res: 'low', url: 'javascript:alert(1)' }] }],
  ['logos', { message: 'm', logos: [{ ...LOGOS[0], size: 3 }] }],
  [
    'logos',
    { message: 'm', logos: [{ res: 'low', url: `https://example.com/${'x'.repeat(500)}` }] },
  ],
])('%s is refused by name: %j', async (field, sent) => {
  const { ask, listed } = await withUser();
  expect(await ask(json(sent))).toStrictEqual(
    refused(400, {
      message: 'Approval request is invalid',
      code: '60080',
      fields: { [field]: 'is invalid' },
    }),
  );
  expect(await listed()).toStrictEqual([]);
});

test('texts as long as they may be are taken', async () => {
  const { asked } = await withUser();
  const most = 'x'.repeat(200);
  await asked({ message: most, details: { [most]: most }, hidden_details: { a: most } });
});

/** Recomputed here, with Node's HMAC over a string written by hand. */
function signatureOf(nonce: string, method: string, url: string, query: string) {
  return createHmac('sha256', API_KEY)
    .update([nonce, method, url, query].join('|'))
    .digest('base64');
}

async function called(method: 'GET' | 'POST', more: object = {}) {
  const user = await withUser();
  const url = 'https://app.example/authy/callback';
  const application = { callback: { url, method } };
  await user.operator('/emulator/application', json(application, 'PUT'));
  const uuid = await user.asked(more);
  user.clock.now += 5000;
  const { text } = await user.decide(uuid, 'approved');
  const { callback } = JSON.parse(text);
  const [, body] = await user.read(uuid);
  return { ...user, url, uuid, callback, app: JSON.parse(body).approval_request.app_id };
}

test('an approval makes the signed POST that Authy would send', async () => {
  const more = {
    details: { From: 'Paris & "x"', a: '1/2' },
    logos: LOGOS,
    seconds_to_expire: 120,
  };
  const { url, uuid, callback, app, authyId } = await called('POST', more);
  const nonce = callback.headers['X-Authy-Signature-Nonce'];
  expect(nonce).toMatch(/^1111111114\.[0-9]{6}$/);
  const logos =
    'approval_request%5Blogos%5D%5B%5D%5Bres%5D=default&approval_request%5Blogos%5D%5B%5D%5Burl%5D=https%3A%2F%2Fexample.com%2Fd.png&approval_request%5Blogos%5D%5B%5D%5Bres%5D=low&approval_request%5Blogos%5D%5B%5D%5Burl%5D=https%3A%2F%2Fexample.com%2Fl.png';
  const transaction = [
    'created_at_time%5D=1111111109',
    'customer_uuid%5D=',
    'details%5D%5BFrom%5D=Paris+%26+%22x%22',
    'details%5D%5Ba%5D=1%2F2',
    'device_geolocation%5D=',
    'device_signing_time%5D=1111111114',
    'encrypted%5D=false',
    'flagged%5D=false',
    'hidden_details%5D=',
    'message%5D=Sign+in%3F',
    'reason%5D=',
    'requester_details%5D=',
    'status%5D=approved',
    `uuid%5D=${uuid}`,
  ].map((rest) => `approval_request%5Btransaction%5D%5B${rest}`);
  const query = [
    `approval_request%5Bapp_id%5D=${app}`,
    'approval_request%5Bexpiration_timestamp%5D=1111111229',
    logos,
    ...transaction,
    `authy_id=${authyId}`,
    'callback_action=approval_request_status',
    'device_uuid=500001',
    'signature=',
    'status=approved',
    `uuid=${uuid}`,
  ].join('&');
  expect({ ...callback, body: JSON.parse(callback.body) }).toStrictEqual({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'X-Authy-Signature': signatureOf(nonce, 'POST', url, query),
      'X-Authy-Signature-Nonce': nonce,
    },
    body: {
      authy_id: Number(authyId),
      device_uuid: 500_001,
      callback_action: 'approval_request_status',
      uuid,
      status: 'approved',
      approval_request: {
        transaction: {
          details: more.details,
          device_details: {},
          device_geolocation: null,
          device_signing_time: 1_111_111_114,
          encrypted: false,
          flagged: false,
          hidden_details: null,
          message: 'Sign in?',
          reason: null,
          requester_details: null,
          status: 'approved',
          uuid,
          created_at_time: 1_111_111_109,
          customer_uuid: null,
        },
        expiration_timestamp: 1_111_111_229,
        logos: LOGOS,
        app_id: app,
      },
      signature: null,
      device: {},
    },
  });
});

test('a GET carries the signed parameters in its query', async () => {
  const { url, callback } = await called('GET', { hidden_details: { k: 'v' } });
  const nonce = callback.headers['X-Authy-Signature-Nonce'];
  const [base, query] = callback.url.split('?');
  expect(base).toBe(url);
  expect(query).toContain('approval_request%5Btransaction%5D%5Bhidden_details%5D%5Bk%5D=v');
  expect(callback).toStrictEqual({
    method: 'GET',
    url: `${url}?${query}`,
    headers: {
      'X-Authy-Signature': signatureOf(nonce, 'GET', url, query),
      'X-Authy-Signature-Nonce': nonce,
    },
  });
});

test('no two callbacks have one nonce', async () => {
  const { operator, asked, decide } = await withUser();
  const callback = { url: 'https://app.example/' };
  await operator('/emulator/application', json({ callback }, 'PUT'));
  const nonces = [];
  for (let i = 0; i < 20; i++) {
    const { text } = await decide(await asked(), i % 2 ? 'denied' : 'approved');
    nonces.push(JSON.parse(text).callback.headers['X-Authy-Signature-Nonce']);
  }
  expect(new Set(nonces).size).toBe(20);
});

test('nobody is called about a request that expired', async () => {
  const { operator, asked, decide } = await withUser();
  await operator('/emulator/application', json({ callback: { url: 'https://a.example/' } }, 'PUT'));
  expect((await decide(await asked(), 'expired')).text).toBe('{"status":"expired"}');
});

test.each([
  ['status', '/emulator/approval_requests/ID', { status: 'pending' }],
  ['status', '/emulator/approval_requests/ID', {}],
  ['callback.url', '/emulator/application', { callback: { url: 'https://a.example/?b' } }],
  ['callback.url', '/emulator/application', { callback: { url: 'file:///etc/passwd' } }],
  [
    'callback.method',
    '/emulator/application',
    { callback: { url: 'https://a.example/', method: 'PUT' } },
  ],
  ['smss', '/emulator/application', { smss: true }],
])('the operator’s %s is refused by name', async (field, path, body) => {
  const { operator, asked, statusOf } = await withUser();
  const uuid = await asked();
  const { status, text } = await operator(path.replace('ID', uuid), json(body, 'PUT'));
  expect([status, JSON.parse(text).field]).toStrictEqual([422, field]);
  expect(await statusOf(uuid)).toBe('pending');
});
