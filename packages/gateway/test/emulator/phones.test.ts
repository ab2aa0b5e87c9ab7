import { expect, test } from 'vitest';
import { form, json, messagesOf, refused, type Sent, serveEmulator } from './loopback.js';

const PHONE = { phone_number: '305-456-2345', country_code: '1' };
const QUERY = 'phone_number=305-456-2345&country_code=1';

async function withPhone() {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const ask = async (path: string, sent?: Sent) => {
    const { status, text } = await loopback.authy(`/protected/json/phones/${path}`, sent);
    return [status, text] as const;
  };
  return {
    ...loopback,
    ask,
    /** The code that was sent, and the name of the verification. */
    async start(more: object = {}) {
      const [status, text] = await ask('verification/start', json({ ...PHONE, ...more }));
      expect(status).toBe(200);
      const code = String((await messagesOf(loopback)).at(-1)?.code);
      return { code, uuid: JSON.parse(text).uuid as string };
    },
    check: (code: unknown) => ask(`verification/check?${QUERY}&verification_code=${code}`),
    status: (query = QUERY) => ask(`verification/status?${query}`),
  };
}

const CORRECT = [200, '{"message":"Verification code is correct.","success":true}'];
const WRONG = refused(401, { message: 'Verification code is incorrect', code: '60022' });
const NONE = refused(404, {
  message: 'No pending verifications for this phone number found.',
  code: '60023',
});

test.each([
  ['an SMS', json({ ...PHONE, via: 'sms' }), 'Text message sent to +1 305-456-2345.', 'sms'],
  ['an SMS where it is not said', form(PHONE), 'Text message sent to +1 305-456-2345.', 'sms'],
  ['a call', form({ ...PHONE, via: 'call' }), 'Call to +1 305-456-2345 initiated', 'call'],
  [
    'a number of another length',
    form({ phone_number: '04 1234', country_code: '+46', via: 'sms' }),
    'Text message sent to +46 041234.',
    'sms',
  ],
])(
  '%s is answered as if it were sent, and the operator reads the code',
  async (_, sent, message, via) => {
    const phone = await withPhone();
    const [status, text] = await phone.ask('verification/start', sent);
    const { uuid } = JSON.parse(text);
    expect([status, text]).toStrictEqual([
      200,
      `{"carrier":"Authy emulator","is_cellphone":true,"message":"${message}","seconds_to_expire":600,"uuid":"${uuid}","success":true}`,
    ]);
    expect(uuid).toMatch(/^[0-9a-f-]{36}$/);
    const [read] = await messagesOf(phone);
    expect(read).toStrictEqual({
      at: phone.clock.now,
      via,
      to: / to (\+[\d -]*\d)/.exec(message)?.[1],
      text: `${read?.code} is your Acme code`,
      code: expect.stringMatching(/^[0-9]{4}$/),
    });
  },
);

test('a code is right once', async () => {
  const { start, check } = await withPhone();
  const { code } = await start();
  const other = code === '0000' ? '0001' : '0000';
  expect(await check(other)).toStrictEqual(WRONG);
  expect(await check('')).toStrictEqual(WRONG);
  expect(await check(code)).toStrictEqual(CORRECT);
  expect(await check(code)).toStrictEqual(NONE);
});

test('a number that was not asked about has nothing pending', async () => {
  const { start, ask, check } = await withPhone();
  expect(await check('1234')).toStrictEqual(NONE);
  const { code } = await start();
  for (const other of [
    'phone_number=3054562346&country_code=1',
    'phone_number=3054562345&country_code=57',
  ]) {
    expect(await ask(`verification/check?${other}&verification_code=${code}`)).toStrictEqual(NONE);
  }
});

test('a new start makes the code before it wrong', async () => {
  const { start, check } = await withPhone();
  await start({ custom_code: '111111' });
  await start({ custom_code: '222222' });
  expect(await check('111111')).toStrictEqual(WRONG);
  expect(await check('222222')).toStrictEqual(CORRECT);
});

test('after five guesses not even the right code is', async () => {
  const { start, check } = await withPhone();
  await start({ custom_code: '1234' });
  for (let i = 0; i < 5; i++) expect(await check('9999')).toStrictEqual(WRONG);
  expect(await check('1234')).toStrictEqual(
    refused(429, {
      message: 'DoS protection: User has requested too many tokens in the last hour.',
      code: '60003',
    }),
  );
});

test('a code is good for ten minutes of the emulator’s clock', async () => {
  const { start, check, clock } = await withPhone();
  await start({ custom_code: '1234' });
  clock.now += 600_000;
  expect(await check('1234')).toStrictEqual(NONE);
  clock.now -= 1;
  expect(await check('1234')).toStrictEqual(CORRECT);
});

test('the status tells pending, verified and expired, by number and by name', async () => {
  const { start, check, status, clock } = await withPhone();
  expect(await status()).toStrictEqual(NONE);
  expect(await status('uuid=00000000-0000-0000-0000-000000000000')).toStrictEqual(NONE);
  const { code, uuid } = await start();
  const told = (what: string, left: number) => [
    200,
    `{"message":"Phone Verification status.","status":"${what}","seconds_to_expire":${left},"success":true}`,
  ];
  clock.now += 500;
  expect(await status()).toStrictEqual(told('pending', 600));
  expect(await status(`uuid=${uuid}`)).toStrictEqual(told('pending', 600));
  clock.now += 599_499;
  expect(await status()).toStrictEqual(told('pending', 1));
  clock.now += 1;
  expect(await status()).toStrictEqual(told('expired', 0));
  clock.now -= 1;
  expect(await check(code)).toStrictEqual(CORRECT);
  clock.now += 1_000_000;
  expect(await status(`uuid=${uuid}`)).toStrictEqual(told('verified', 0));
});

test.each([4, 5, 6, 7, 8, 9, 10])('a code has the %d digits asked for', async (length) => {
  const { start } = await withPhone();
  expect((await start({ code_length: length })).code).toMatch(new RegExp(`^[0-9]{${length}}$`));
});

test('a custom message says the code where it is told to', async () => {
  const phone = await withPhone();
  await phone.start({ custom_message: 'Code {{code}} for you', custom_code: '4711' });
  expect((await messagesOf(phone))[0]?.text).toBe('Code 4711 for you');
});

const BAD = 'Phone verification parameters are invalid';

test.each([
  [{ ...PHONE, via: 'pigeon' }, '60042', BAD, 'via'],
  [{ ...PHONE, code_length: '3' }, '60042', BAD, 'code_length'],
  [{ ...PHONE, code_length: '11' }, '60042', BAD, 'code_length'],
  [{ ...PHONE, code_length: '4.9' }, '60042', BAD, 'code_length'],
  [{ ...PHONE, custom_code: '123' }, '60042', BAD, 'custom_code'],
  [{ ...PHONE, custom_code: '12345678901' }, '60042', BAD, 'custom_code'],
  [{ ...PHONE, custom_code: '１２３４' }, '60042', BAD, 'custom_code'],
  [{ ...PHONE, phone_number: '305' }, '60033', 'Phone number is invalid', 'phone_number'],
  [{ ...PHONE, phone_number: 'x'.repeat(9) }, '60033', 'Phone number is invalid', 'phone_number'],
  [{ ...PHONE, country_code: 'US' }, '60033', 'Phone number is invalid', 'country_code'],
  [{ phone_number: '3054562345' }, '60033', 'Phone number is invalid', 'country_code'],
])('%j is refused by name, and nothing is sent', async (sent, code, message, field) => {
  const phone = await withPhone();
  expect(await phone.ask('verification/start', json(sent))).toStrictEqual(
    refused(400, { message, code, fields: { [field]: 'is invalid' } }),
  );
  expect(await messagesOf(phone)).toStrictEqual([]);
});

test('a channel that is off starts nothing', async () => {
  const phone = await withPhone();
  await phone.operator('/emulator/application', json({ sms: false, calls: false }, 'PUT'));
  expect(await phone.ask('verification/start', json(PHONE))).toStrictEqual(
    refused(503, { message: 'SMS is not enabled', code: '60007' }),
  );
  expect(await phone.ask('verification/start', json({ ...PHONE, via: 'call' }))).toStrictEqual(
    refused(503, { message: 'Phone calls are not enabled on this account', code: '60006' }),
  );
  expect(await messagesOf(phone)).toStrictEqual([]);
});

test('a number is known as of now, on the emulator’s clock', async () => {
  const { ask, clock } = await withPhone();
  clock.now = Date.UTC(2017, 10, 25, 23, 21, 39, 999);
  expect(await ask(`info?${QUERY}&user_ip=10.0.0.1`)).toStrictEqual([
    200,
    '{"message":"Phone number information as of 2017-11-25 23:21:39 UTC","type":"cellphone","provider":"Authy emulator","ported":false,"success":true}',
  ]);
  expect(await ask('info?country_code=1')).toStrictEqual(
    refused(400, {
      message: 'Phone number is invalid',
      code: '60033',
      fields: { phone_number: 'is invalid' },
    }),
  );
});
