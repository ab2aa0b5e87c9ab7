// What the emulated Verify says over the wire, as Twilio's pages tell it.
import { createTwilioVerifyClient } from '@driftlock/api-client';
import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { describe, expect, test } from 'vitest';
import { createVerifyEmulator } from '../../src/verify-emulator/index.js';
import {
  ACCOUNT,
  IDENTITY,
  type Loopback,
  SECRET,
  SERVICE,
  serveVerify,
  TOKEN,
  verifiedFactor,
} from './loopback.js';

const ROOT = `/v2/Services/${SERVICE}`;
const ENTITY = `${ROOT}/Entities/${IDENTITY}`;
const NEW = { FriendlyName: 'phone', FactorType: 'totp', 'Binding.Secret': SECRET };
const WRONG = '000000';
const MINUTE = 60_000;

const isNo = (status: number, code: number) => ({
  status,
  body: { code, message: expect.any(String), more_info: expect.any(String), status },
});
const sid = (kind: string) => expect.stringMatching(new RegExp(`^${kind}[\\da-f]{32}$`));
const made = '2005-03-18T01:58:29Z';

async function newFactor({ wire }: Loopback, form: object = {}): Promise<string> {
  const { body } = await wire('POST', `${ENTITY}/Factors`, { form: { ...NEW, ...form } });
  return `${ENTITY}/Factors/${body.sid}`;
}

describe('a factor', () => {
  test('is made with a seed of one’s own, and told once', async () => {
    const { wire, clock } = await serveVerify();
    const created = await wire('POST', `${ENTITY}/Factors`, {
      form: { ...NEW, FriendlyName: 'John’s phone', Metadata: '{"a":"b"}' },
    });
    const config = { alg: 'sha1', skew: 1, code_length: 6, time_step: 30 };
    const told = {
      sid: sid('YF'),
      account_sid: ACCOUNT,
      service_sid: SERVICE,
      entity_sid: sid('YE'),
      identity: IDENTITY,
      date_created: made,
      date_updated: made,
      friendly_name: 'John’s phone',
      status: 'unverified',
      factor_type: 'totp',
      config,
      metadata: { a: 'b' },
      url: expect.stringContaining('https://verify.twilio.com/v2/Services/'),
    };
    const uri =
      'otpauth://totp/Verify%20emulator:John%E2%80%99s%20phone' +
      `?secret=${SECRET}&issuer=Verify%20emulator&algorithm=SHA1&digits=6&period=30`;
    expect(created).toStrictEqual({
      status: 201,
      body: { ...told, binding: { secret: SECRET, uri }, options: null },
    });
    expect(new Date(made).getTime()).toBe(clock.now);
    const path = `${ENTITY}/Factors/${created.body.sid}`;
    expect(await wire('GET', path)).toStrictEqual({ status: 200, body: told });
  });

  test('has a seed of Verify’s where none was brought', async () => {
    const { client, clock } = await serveVerify();
    const { factor, uri } = await client.factors.create({ identity: IDENTITY, friendlyName: 'x' });
    const { secret, params } = parseUri(uri ?? '');
    const code = totp(importKey(secret, params), { at: clock.now });
    const answer = await client.factors.verify({ identity: IDENTITY, factor: factor.sid, code });
    expect(answer.verified).toBe(true);
  });

  test('is verified by a code of it; a wrong one is no error', async () => {
    const there = await serveVerify();
    const path = await newFactor(there);
    const tell = async (form: object) => {
      const { status, body } = await there.wire('POST', path, { form });
      return [status, body.status];
    };
    expect(await tell({ AuthPayload: WRONG })).toStrictEqual([200, 'unverified']);
    expect(await tell({ FriendlyName: 'other' })).toStrictEqual([200, 'unverified']);
    expect(await tell({ AuthPayload: there.code() })).toStrictEqual([200, 'verified']);
    // It stays so: who took this for a login would let everybody in.
    expect(await tell({ AuthPayload: WRONG })).toStrictEqual([200, 'verified']);
  });

  test('is locked by five wrong codes, for the right one too', async () => {
    const there = await serveVerify();
    const path = await newFactor(there);
    for (let attempt = 0; attempt < 5; attempt++) {
      await there.wire('POST', path, { form: { AuthPayload: WRONG } });
    }
    const right = await there.wire('POST', path, { form: { AuthPayload: there.code() } });
    expect(right).toStrictEqual(isNo(429, 60310));
  });

  test('is gone a day after it was made, unless it was verified', async () => {
    const there = await serveVerify();
    const kept = await verifiedFactor(there);
    const path = await newFactor(there);
    there.clock.now += 24 * 60 * MINUTE;
    expect((await there.wire('GET', path)).status).toBe(200);
    there.clock.now += 1;
    expect(await there.wire('GET', path)).toStrictEqual(isNo(404, 20404));
    expect((await there.wire('GET', `${ENTITY}/Factors/${kept}`)).status).toBe(200);
  });

  test('is one of a hundred a day', async () => {
    const there = await serveVerify();
    for (let count = 0; count < 100; count++) await newFactor(there);
    const form = { form: NEW };
    expect(await there.wire('POST', `${ENTITY}/Factors`, form)).toStrictEqual(isNo(429, 60326));
    there.clock.now += 24 * 60 * MINUTE;
    expect((await there.wire('POST', `${ENTITY}/Factors`, form)).status).toBe(201);
  });

  test.each([
    [60200, { FactorType: 'push' }],
    [60200, { FriendlyName: '' }],
    [60200, { FriendlyName: 'x'.repeat(65) }],
    [60306, { 'Binding.Secret': 'not base32' }],
    [60306, { 'Binding.Secret': '' }],
    [60200, { 'Config.Alg': 'md5' }],
    [60200, { 'Config.TimeStep': '10' }],
    [60200, { 'Config.TimeStep': '61' }],
    [60200, { 'Config.CodeLength': '2' }],
    [60200, { 'Config.Skew': '3' }],
    [60200, { 'Config.Skew': 'x' }],
    [60200, { Metadata: '[]' }],
    [60200, { Metadata: '{' }],
    [60200, { Metadata: JSON.stringify({ a: 'x'.repeat(1024) }) }],
  ])('is refused with %d: %j', async (code, form) => {
    const { wire } = await serveVerify();
    const answer = await wire('POST', `${ENTITY}/Factors`, { form: { ...NEW, ...form } });
    expect(answer).toStrictEqual(isNo(400, code));
    // Not even its entity was made.
    expect(await wire('GET', ENTITY)).toStrictEqual(isNo(404, 20404));
  });

  test('takes its challenges along when it goes', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const asked = { FactorSid: factor };
    const { body } = await there.wire('POST', `${ENTITY}/Challenges`, { form: asked });
    const path = `${ENTITY}/Factors/${factor}`;
    expect(await there.wire('DELETE', path)).toStrictEqual({ status: 204, body: undefined });
    expect(await there.wire('DELETE', path)).toStrictEqual(isNo(404, 20404));
    const gone = await there.wire('GET', `${ENTITY}/Challenges/${body.sid}`);
    expect(gone).toStrictEqual(isNo(404, 20404));
  });
});

describe('a challenge', () => {
  const ask = async ({ wire }: Loopback, form: object) =>
    wire('POST', `${ENTITY}/Challenges`, { form });

  test('is approved by a code as it is made', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const form = { FactorSid: factor, AuthPayload: there.code() };
    expect(await ask(there, form)).toStrictEqual({
      status: 201,
      body: {
        sid: sid('YC'),
        account_sid: ACCOUNT,
        service_sid: SERVICE,
        entity_sid: sid('YE'),
        identity: IDENTITY,
        factor_sid: factor,
        date_created: made,
        date_updated: made,
        date_responded: made,
        expiration_date: '2005-03-18T02:03:29Z',
        status: 'approved',
        responded_reason: 'none',
        details: { message: null, date: null, fields: null },
        hidden_details: null,
        metadata: null,
        factor_type: 'totp',
        url: expect.any(String),
        links: { notifications: expect.any(String) },
      },
    });
  });

  test('stays pending for a wrong code, and takes five in all', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const { status, body } = await ask(there, { FactorSid: factor, AuthPayload: WRONG });
    expect([status, body.status, body.date_responded]).toStrictEqual([201, 'pending', null]);
    const path = `${ENTITY}/Challenges/${body.sid}`;
    for (let attempt = 1; attempt < 5; attempt++) {
      const again = await there.wire('POST', path, { form: { AuthPayload: WRONG } });
      expect([again.status, again.body.status]).toStrictEqual([200, 'pending']);
    }
    const right = { form: { AuthPayload: there.code() } };
    expect(await there.wire('POST', path, right)).toStrictEqual(isNo(429, 60308));
  });

  test('is approved later, and says when', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const { body } = await ask(there, { FactorSid: factor });
    there.clock.now += 4 * MINUTE;
    const path = `${ENTITY}/Challenges/${body.sid}`;
    const answered = await there.wire('POST', path, { form: { AuthPayload: there.code() } });
    expect(answered.body).toMatchObject({
      status: 'approved',
      date_responded: '2005-03-18T02:02:29Z',
    });
  });

  test('expires after five minutes, or when it is told to', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const soon = await ask(there, { FactorSid: factor });
    const late = await ask(there, {
      FactorSid: factor,
      ExpirationDate: new Date(there.clock.now + 60 * MINUTE).toISOString(),
    });
    there.clock.now += 5 * MINUTE + 1;
    const form = { AuthPayload: there.code() };
    const at = (body: { sid: string }) => `${ENTITY}/Challenges/${body.sid}`;
    expect((await there.wire('GET', at(soon.body))).body.status).toBe('expired');
    expect(await there.wire('POST', at(soon.body), { form })).toStrictEqual(isNo(403, 60323));
    expect((await there.wire('POST', at(late.body), { form })).body.status).toBe('approved');
  });

  test.each([
    ['the step before', -30, true],
    ['the step after', 30, true],
    ['two steps before', -60, false],
    ['two steps after', 60, false],
  ])('with one step of skew takes %s: code of %d s is good, %s', async (_, seconds, good) => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const { body } = await ask(there, { FactorSid: factor, AuthPayload: there.code({ seconds }) });
    expect(body.status).toBe(good ? 'approved' : 'pending');
  });

  test.each([3, 5, 6, 8])('has codes of %d digits', async (digits) => {
    const there = await serveVerify();
    const path = await newFactor(there, { 'Config.CodeLength': digits, 'Config.Skew': 0 });
    const code = there.code({ params: { digits: 8 } }).slice(-digits);
    const { body } = await there.wire('POST', path, { form: { AuthPayload: code } });
    expect(body.status).toBe('verified');
  });

  test('takes a code that was used again, for no page says otherwise', async () => {
    const there = await serveVerify();
    const form = { FactorSid: await verifiedFactor(there), AuthPayload: there.code() };
    const first = await ask(there, form);
    const second = await ask(there, form);
    expect([first.body.status, second.body.status]).toStrictEqual(['approved', 'approved']);
    expect(first.body.sid).not.toBe(second.body.sid);
  });

  test('is not made for a factor that is unverified, unknown or unnamed', async () => {
    const there = await serveVerify();
    await verifiedFactor(there);
    const factor = (await newFactor(there)).split('/').at(-1);
    expect(await ask(there, { FactorSid: factor })).toStrictEqual(isNo(403, 60318));
    expect(await ask(there, { FactorSid: `YF${'0'.repeat(32)}` })).toStrictEqual(isNo(404, 20404));
    expect(await ask(there, {})).toStrictEqual(isNo(400, 60200));
  });

  test.each([
    [{ AuthPayload: '12' }, 60306],
    [{ AuthPayload: '123456789' }, 60306],
    [{ ExpirationDate: 'soon' }, 60200],
    [{ ExpirationDate: '2005-03-18T02:58:30.000Z' }, 60200],
    [{ ExpirationDate: '2005-03-18T01:00:00.000Z' }, 60200],
    [{ HiddenDetails: '7' }, 60200],
  ])('is refused for %j with %d', async (form, code) => {
    const there = await serveVerify();
    const FactorSid = await verifiedFactor(there);
    expect(await ask(there, { FactorSid, ...form })).toStrictEqual(isNo(400, code));
  });

  test('is one of fifty an hour and a hundred a day', async () => {
    const there = await serveVerify();
    const form = { FactorSid: await verifiedFactor(there), AuthPayload: WRONG };
    const until = async () => {
      let count = 0;
      while ((await ask(there, form)).status === 201) count++;
      return count;
    };
    expect(await until()).toBe(50);
    there.clock.now += 60 * MINUTE;
    expect(await until()).toBe(50);
    there.clock.now += 60 * MINUTE;
    expect(await until()).toBe(0);
    expect(await ask(there, form)).toStrictEqual(isNo(429, 60312));
    there.clock.now += 22 * 60 * MINUTE;
    expect(await until()).toBe(50);
  });

  test('of four digits is one of ten a day', async () => {
    const there = await serveVerify();
    const path = await newFactor(there, { 'Config.CodeLength': 4 });
    const code = there.code({ params: { digits: 8 } }).slice(-4);
    const { body } = await there.wire('POST', path, { form: { AuthPayload: code } });
    const statuses = [];
    for (let count = 0; count < 11; count++) {
      statuses.push((await ask(there, { FactorSid: body.sid })).status);
    }
    expect(statuses).toStrictEqual([...Array(10).fill(201), 429]);
  });
});

describe('a list', () => {
  test('goes on page by page, through the client too', async () => {
    const there = await serveVerify();
    for (let count = 0; count < 25; count++) await newFactor(there, { FriendlyName: `f${count}` });
    const first = await there.wire('GET', `${ENTITY}/Factors?PageSize=10`);
    expect(first.body.meta).toMatchObject({ page: 0, page_size: 10, previous_page_url: null });
    const names: (string | undefined)[] = [];
    let page: string | undefined;
    let pages = 0;
    do {
      const listed = await there.client.factors.list({ identity: IDENTITY, pageSize: 10, page });
      if (!listed.known) throw new Error('unknown');
      names.push(...listed.factors.map(({ friendlyName }) => friendlyName));
      page = listed.next;
      pages++;
    } while (page !== undefined);
    expect(names).toStrictEqual(Array.from({ length: 25 }, (_, index) => `f${index}`));
    expect(pages).toBe(3);
  });

  test('of challenges is told by factor and status, in either order', async () => {
    const there = await serveVerify();
    const factor = await verifiedFactor(there);
    const create = (code: string) =>
      there.client.challenges.create({ identity: IDENTITY, factor, code });
    for (const code of [WRONG, there.code(), WRONG]) await create(code);
    const tell = async (question: object) => {
      const listed = await there.client.challenges.list({ identity: IDENTITY, ...question });
      return listed.known ? listed.challenges.map(({ status }) => status) : listed.reason;
    };
    expect(await tell({})).toStrictEqual(['pending', 'approved', 'pending']);
    expect(await tell({ factor, status: 'approved' })).toStrictEqual(['approved']);
    expect(await tell({ factor: `YF${'0'.repeat(32)}` })).toStrictEqual([]);
    there.clock.now += 10 * MINUTE;
    await create(there.code());
    const all = ['approved', 'expired', 'approved', 'expired'];
    expect(await tell({ order: 'desc' })).toStrictEqual(all);
    expect(await tell({ identity: 'nobody-0' })).toBe('unknown-entity');
  });
});

describe('services and entities', () => {
  test('a service has the defaults until it says otherwise', async () => {
    const { wire, client } = await serveVerify();
    const plain = { sid: SERVICE, friendlyName: 'Verify emulator', digits: 6, period: 30, skew: 1 };
    expect(await client.service.get()).toStrictEqual(plain);
    const form = { FriendlyName: 'mine', 'Totp.Issuer': 'acme', 'Totp.CodeLength': 8 };
    const { status, body } = await wire('POST', '/v2/Services', { form });
    expect([status, body.totp]).toStrictEqual([
      201,
      { issuer: 'acme', time_step: null, code_length: 8, skew: null },
    ]);
    const path = `/v2/Services/${body.sid}/Entities/${IDENTITY}/Factors`;
    const factor = await wire('POST', path, { form: NEW });
    expect(factor.body.config).toStrictEqual({
      alg: 'sha1',
      skew: 1,
      code_length: 8,
      time_step: 30,
    });
  });

  test('an entity can be made before its factors, once, and goes with them', async () => {
    const there = await serveVerify();
    const { wire, client } = there;
    const form = { Identity: IDENTITY };
    const entity = await wire('POST', `${ROOT}/Entities`, { form });
    expect(entity).toMatchObject({ status: 201, body: { sid: sid('YE'), identity: IDENTITY } });
    expect(await wire('POST', `${ROOT}/Entities`, { form })).toStrictEqual(isNo(400, 60200));
    const { body } = await wire('GET', `${ROOT}/Entities`);
    expect(body.entities).toStrictEqual([entity.body]);
    expect((await wire('GET', ENTITY)).body).toStrictEqual(entity.body);
    const path = await newFactor(there);
    expect(await client.entities.remove({ identity: IDENTITY })).toStrictEqual({ removed: true });
    expect(await client.entities.remove({ identity: IDENTITY })).toMatchObject({ removed: false });
    expect(await wire('GET', path)).toStrictEqual(isNo(404, 20404));
  });

  test.each(['short', 'a'.repeat(65), 'ana@a.example', 'ana%2Fana%2Fana'])(
    'an entity is not called %s',
    async (identity) => {
      const { wire } = await serveVerify();
      const answer = await wire('GET', `${ROOT}/Entities/${identity}`);
      expect(answer).toStrictEqual(isNo(400, 60306));
    },
  );
});

describe('the door', () => {
  test.each(['', `${ACCOUNT}:wrong`, `${ACCOUNT}:`, `:${TOKEN}`, `SK${'0'.repeat(32)}:${TOKEN}`])(
    'is shut to %j',
    async (auth) => {
      const { wire } = await serveVerify();
      expect(await wire('GET', ROOT, { auth })).toStrictEqual(isNo(401, 20003));
      expect(await wire('GET', '/nothing', { auth })).toStrictEqual(isNo(401, 20003));
    },
  );

  test.each(['/', '/v2', '/v2/Services/VA0', `${ROOT}/Nothing`, '/v1/Services'])(
    'has nothing behind it at %s',
    async (path) => {
      const { wire } = await serveVerify();
      expect(await wire('GET', path)).toStrictEqual(isNo(404, 20404));
    },
  );

  test('takes no body of a size that is no form', async () => {
    const { wire } = await serveVerify();
    const answer = await wire('POST', `${ENTITY}/Factors`, { form: { x: 'x'.repeat(65_536) } });
    expect(answer).toStrictEqual(isNo(400, 60306));
  });

  test('opens to an API key too', async () => {
    const key = { apiKey: `SK${'3'.repeat(32)}`, apiSecret: 'secret-of-the-key' };
    const account = { accountSid: ACCOUNT, serviceSid: SERVICE };
    const { fetch } = createVerifyEmulator({ ...account, authToken: TOKEN, ...key });
    const asked = (given: object) =>
      createTwilioVerifyClient({
        ...account,
        ...given,
        fetch: (request) => fetch(request as Request),
      }).service.get();
    expect((await asked(key)).sid).toBe(SERVICE);
    await expect(asked({ ...key, apiSecret: 'another' })).rejects.toMatchObject({
      authyCode: '20003',
    });
  });
});
