import { expect, test } from 'vitest';
import { memoryStores } from '../../src/index.js';
import { AUTHY } from '../served.js';
import { open, told } from './opened.js';
import { receiver } from './receiver.js';

const asked = {
  message: 'Log in?',
  details: { where: 'Berlin' },
  hidden_details: { ip: '10.0.0.1' },
  logos: [{ res: 'default', url: 'https://a.example/logo.png' }],
  seconds_to_expire: 120,
};

async function withRequest(options: Parameters<typeof open>[0] = {}, params: object = asked) {
  const opened = open(options);
  const id = await opened.register();
  const path = `/onetouch/json/users/${id}/approval_requests`;
  const made = await opened.authy('POST', path, params);
  const uuid: string = made.body.approval_request.uuid;
  /** For another of the same user. */
  const ask = async (): Promise<string> =>
    (await opened.authy('POST', path, params)).body.approval_request.uuid;
  const status = async () =>
    (await opened.authy('GET', `/onetouch/json/approval_requests/${uuid}`)).body.approval_request;
  const answer = (word: string) =>
    opened.operator('PUT', `/approval_requests/${uuid}`, { status: word });
  const pending = async () =>
    (await opened.operator('GET', `/accounts/authy:${id}/approval_requests`)).body.requests;
  return { ...opened, id, made, uuid, ask, status, answer, pending };
}

test('a request is made, shown to the operator’s app, and answered there', async () => {
  const { made, uuid, id, status, pending, answer, clock } = await withRequest();
  expect(told(made)).toStrictEqual([200, `{"approval_request":{"uuid":"${uuid}"},"success":true}`]);
  const before = await status();
  expect(before).toStrictEqual({
    _app_name: 'Driftlock',
    _app_serial_id: 1,
    _authy_id: Number(id),
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    _user_email: 'ana@a.example',
    app_id: '1',
    created_at: '2027-01-15T08:00:00Z',
    notified: false,
    processed_at: null,
    seconds_to_expire: 120,
    status: 'pending',
    updated_at: '2027-01-15T08:00:00Z',
    user_id: id,
    uuid,
  });
  const { message, details, logos } = asked;
  expect(await pending()).toStrictEqual([
    { uuid, message, details, logos, createdAt: clock.at, secondsToExpire: 120 },
  ]);
  clock.at += 60_000;
  expect((await answer('approved')).body).toStrictEqual({ uuid, status: 'approved' });
  expect(await status()).toStrictEqual({
    ...before,
    status: 'approved',
    processed_at: '2027-01-15T08:01:00Z',
    updated_at: '2027-01-15T08:01:00Z',
  });
  expect(await pending()).toStrictEqual([]);
  const again = await answer('denied');
  expect([again.status, again.body.code]).toStrictEqual([409, 'not-pending']);
  expect((await status()).status).toBe('approved');
});

test('of a hundred answers at once one counts', async () => {
  const { answer, status } = await withRequest();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => answer(i % 2 ? 'approved' : 'denied')),
  );
  const [first, ...others] = answers.filter((each) => each.status === 200);
  expect(others).toStrictEqual([]);
  expect((await status()).status).toBe(first?.body.status);
});

test('an expired request can no longer be answered', async () => {
  const { answer, status, clock, pending } = await withRequest();
  clock.at += 120_000;
  expect((await status()).status).toBe('expired');
  expect(await pending()).toStrictEqual([]);
  expect((await answer('approved')).status).toBe(409);
});

test('a request for ever does not expire; without a word it lives for a day', async () => {
  const forever = await withRequest({}, { message: 'm', seconds_to_expire: 0 });
  forever.clock.at += 10 * 365 * 86_400_000;
  expect((await forever.status()).status).toBe('pending');
  const day = await withRequest(
    {},
    { message: 'm', seconds_to_expire: null, logos: [], details: {} },
  );
  day.clock.at += 86_399_000;
  expect((await day.status()).status).toBe('pending');
  day.clock.at += 1000;
  expect((await day.status()).status).toBe('expired');
});

test.each([
  ['message', { ...asked, message: '' }],
  ['message', { ...asked, message: 'x'.repeat(201) }],
  ['details', { ...asked, details: { a: 'x'.repeat(201) } }],
  ['details', { ...asked, details: { a: { b: 'c' } } }],
  ['hidden_details', { ...asked, hidden_details: { ['x'.repeat(201)]: 'a' } }],
  ['logos', { ...asked, logos: [{ res: 'huge', url: 'https://a.example' }] }],
  ['logos', { ...asked, logos: [{ res: 'low', url: 'a.example' }] }],
  ['logos', { ...asked, logos: ['https://a.example'] }],
  ['seconds_to_expire', { ...asked, seconds_to_expire: -1 }],
])('%s is refused where it is no such thing', async (field, params) => {
  const { authy, register } = open();
  const id = await register();
  const { status, body } = await authy(
    'POST',
    `/onetouch/json/users/${id}/approval_requests`,
    params,
  );
  expect([status, body.error_code, body[field]]).toStrictEqual([400, '60080', 'is invalid']);
});

test('a form’s lists and a query’s are read like JSON’s', async () => {
  const { call, register, operator } = open();
  const id = await register();
  const form =
    'message=m&details[a]=b&logos[][res]=low&logos[][url]=https://a.example/1&logos[][res]=high&logos[][url]=https://a.example/2';
  const path = `/onetouch/json/users/${id}/approval_requests?api_key=${AUTHY}`;
  for (const [where, body] of [
    [path, form],
    [`${path}&${form}`, ''],
    [
      path,
      'message=m&details[a]=b&logos[0][res]=low&logos[0][url]=https://a.example/1&logos[1][res]=high&logos[1][url]=https://a.example/2',
    ],
  ] as const) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await call(where, { method: 'POST', headers, body })).status).toBe(200);
  }
  const { body } = await operator('GET', `/accounts/authy:${id}/approval_requests`);
  for (const { details, logos } of body.requests) {
    expect([details, logos]).toStrictEqual([
      { a: 'b' },
      [
        { res: 'low', url: 'https://a.example/1' },
        { res: 'high', url: 'https://a.example/2' },
      ],
    ]);
  }
});

test('an unknown request is answered with no errors at all, and is no-one’s to answer', async () => {
  const { authy, operator } = open();
  expect(told(await authy('GET', '/onetouch/json/approval_requests/x'))).toStrictEqual([
    404,
    '{"message":"Approval request not found","success":false,"errors":{},"error_code":"60049"}',
  ]);
  const { status, body } = await operator('PUT', '/approval_requests/x', { status: 'approved' });
  expect([status, body.code]).toStrictEqual([404, 'no-such-approval']);
  const wrong = await operator('PUT', '/approval_requests/x', { status: 'expired' });
  expect([wrong.status, wrong.body.field]).toStrictEqual([422, 'status']);
});

test('the answer is posted, signed as Authy signs, and again until it is taken', async () => {
  const { received, url } = await receiver([503, 500]);
  const { answer, uuid, id, work, clock } = await withRequest({ door: { callback: { url } } });
  await answer('denied');
  await Promise.all(work);
  expect(received.length).toBe(3);
  for (const { method, params, genuine } of received) {
    expect(method).toBe('POST');
    expect([
      genuine(clock.at),
      genuine(clock.at, { apiKey: 'other' }),
      genuine(clock.at, { params: { ...params, status: 'approved' } }),
    ]).toStrictEqual([true, false, false]);
    const { transaction, ...request } = params.approval_request;
    expect({ ...params, approval_request: request }).toStrictEqual({
      authy_id: Number(id),
      device_uuid: null,
      callback_action: 'approval_request_status',
      uuid,
      status: 'denied',
      approval_request: {
        expiration_timestamp: clock.at / 1000 + 120,
        logos: asked.logos,
        app_id: '1',
      },
      signature: null,
      device: {},
    });
    expect(transaction).toMatchObject({
      details: asked.details,
      hidden_details: asked.hidden_details,
      message: asked.message,
      status: 'denied',
      uuid,
    });
  }
});

test('a callback that is redirected is not sent on, and not taken', async () => {
  const { received, url } = await receiver([307], { saying: { Location: '/elsewhere' } });
  const { answer, work, operator, uuid } = await withRequest({ door: { callback: { url } } });
  await answer('approved');
  await Promise.all(work);
  expect(received.length).toBe(1);
  expect((await operator('GET', `/approval_requests/${uuid}`)).body.callback).toBe('owed');
});

test('what a deleted user was asked is shown to nobody who gets their account’s name', async () => {
  const stores = memoryStores();
  const { authy, operator, id, pending, answer } = await withRequest({ stores });
  const more = Array.from({ length: 120 }, () =>
    authy('POST', `/onetouch/json/users/${id}/approval_requests`, asked),
  );
  await Promise.all(more);
  expect((await operator('DELETE', `/accounts/authy:${id}`)).status).toBe(204);
  await stores.accounts.create({ id: `authy:${id}`, authyId: id, seeds: [] });
  expect(await pending()).toStrictEqual([]);
  expect((await answer('approved')).body.code).toBe('no-such-approval');
});

test('what is pending is shown, however much of the same user has expired', async () => {
  const { ask, pending, clock } = await withRequest();
  for (let i = 0; i < 300; i++) await ask();
  clock.at += 120_000;
  const uuids: string[] = [];
  for (let i = 0; i < 3; i++) {
    uuids.push(await ask());
    clock.at += 1000;
  }
  const shown = await pending();
  expect(shown.map(({ uuid }: { uuid: string }) => uuid)).toStrictEqual(uuids);
});

test('no two callbacks have one nonce, so that none is refused as seen before', async () => {
  const { received, url } = await receiver([500]);
  const { ask, operator, work } = await withRequest({ door: { callback: { url } } });
  const uuids = await Promise.all(Array.from({ length: 100 }, ask));
  await Promise.all(
    uuids.map((each) => operator('PUT', `/approval_requests/${each}`, { status: 'approved' })),
  );
  await Promise.all(work);
  const nonces = received.map(({ nonce }) => nonce);
  expect([nonces.length, new Set(nonces).size]).toStrictEqual([101, 101]);
});

test('a callback is sent again soon, however long it is told to wait', async () => {
  const { received, url } = await receiver([503], { saying: { 'Retry-After': '3600' } });
  const { answer, work } = await withRequest({ door: { callback: { url } } });
  await answer('approved');
  await Promise.all(work);
  expect(received.length).toBe(2);
});
