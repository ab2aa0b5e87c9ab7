// npm's `twilio` 6.2.0, unmodified: every TOTP call of Verify v2 it has, before our emulator of it, and
// beside our own client, which has to say the same over the wire.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createTwilioVerifyClient,
  moveSeed,
  type TwilioVerifyClient,
  twilioVerifyAuthority,
} from '@driftlock/api-client';
import { createVerifyEmulator } from '@driftlock/gateway/verify-emulator';
import { importKey, totp } from '@driftlock/totp-core';
import { serve } from '@hono/node-server';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { expect, onTestFinished, test } from 'vitest';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const SERVICE = `VA${'2'.repeat(32)}`;
const TOKEN = 'token-of-the-account';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const IDENTITY = 'person-0001';
const WRONG = '000000';

interface Sent {
  method: string;
  path: string;
  form: [string, string][];
  authorization: string;
}

/** Their client's own requests, to another host: its address is fixed. */
class Elsewhere extends twilio.RequestClient {
  readonly #origin: string;
  constructor(origin: string) {
    super();
    this.#origin = origin;
  }
  override request<Data>(options: RequestClient.RequestOptions<Data>) {
    const uri = options.uri.replace(/^https:\/\/verify\.twilio\.com/, this.#origin);
    return super.request<Data>({ ...options, uri });
  }
}

/** An emulator over loopback, what it was sent, and both clients of it. */
async function serveVerify({ apiKey, apiSecret }: { apiKey?: string; apiSecret?: string } = {}) {
  const clock = { now: Date.now() };
  const keys = apiKey && apiSecret ? { apiKey, apiSecret } : {};
  const { fetch } = createVerifyEmulator({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    serviceSid: SERVICE,
    now: () => clock.now,
    ...keys,
  });
  const sent: Sent[] = [];
  const heard = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const form = [...new URLSearchParams(await request.clone().text())].sort();
    const authorization = request.headers.get('authorization') ?? '';
    sent.push({ method: request.method, path: pathname + search, form, authorization });
    return fetch(request);
  };
  const server = serve({ fetch: heard, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const httpClient = new Elsewhere(origin);
  const options = { accountSid: ACCOUNT, serviceSid: SERVICE, baseUrl: origin };
  return {
    clock,
    sent,
    options: { ...options, authToken: TOKEN },
    ours: createTwilioVerifyClient({ ...options, ...(apiKey ? keys : { authToken: TOKEN }) }),
    theirs: apiKey
      ? twilio(apiKey, apiSecret, { accountSid: ACCOUNT, httpClient })
      : twilio(ACCOUNT, TOKEN, { httpClient }),
    withToken: (token: string) => twilio(ACCOUNT, token, { httpClient }),
    code: () => totp(importKey(SECRET), { at: clock.now }),
  };
}

const entityOf = (client: ReturnType<typeof twilio>) =>
  client.verify.v2.services(SERVICE).entities(IDENTITY);

const NEW = {
  friendlyName: 'phone',
  factorType: 'totp',
  'binding.secret': SECRET,
} as const;

/** The error that their call ends with, as they tell it. */
const came = (call: Promise<unknown>) =>
  call.then(
    (value) => value,
    ({ status, code }: { status: number; code: number }) => ({ status, code }),
  );

test('their client enrols a factor and has codes judged', async () => {
  const { theirs, code, clock } = await serveVerify();
  const entity = entityOf(theirs);
  const made = await entity.newFactors.create({ ...NEW, metadata: { os: 'Android' } });
  expect(made.toJSON()).toMatchObject({
    accountSid: ACCOUNT,
    serviceSid: SERVICE,
    identity: IDENTITY,
    binding: { secret: SECRET, uri: expect.stringMatching(/^otpauth:\/\/totp\/.*secret=/) },
    dateCreated: new Date(Math.floor(clock.now / 1000) * 1000),
    friendlyName: 'phone',
    status: 'unverified',
    factorType: 'totp',
    config: { alg: 'sha1', skew: 1, code_length: 6, time_step: 30 },
    metadata: { os: 'Android' },
  });
  const factor = entity.factors(made.sid);
  expect((await factor.update({ authPayload: WRONG })).status).toBe('unverified');
  expect((await factor.update({ authPayload: code() })).status).toBe('verified');
  expect((await factor.fetch()).status).toBe('verified');

  const wrong = await entity.challenges.create({ factorSid: made.sid, authPayload: WRONG });
  expect(wrong).toMatchObject({ status: 'pending', factorSid: made.sid, factorType: 'totp' });
  const right = await entity.challenges.create({ factorSid: made.sid, authPayload: code() });
  expect(right).toMatchObject({ status: 'approved', identity: IDENTITY });
  expect((await entity.challenges(wrong.sid).update({ authPayload: code() })).status).toBe(
    'approved',
  );
  expect((await entity.challenges(right.sid).fetch()).dateResponded).toBeInstanceOf(Date);
  const listed = await entity.challenges.list({ factorSid: made.sid, status: 'approved' });
  expect(listed.map(({ sid }) => sid)).toStrictEqual([wrong.sid, right.sid]);
  expect(await factor.remove()).toBe(true);
  expect(await came(factor.fetch())).toStrictEqual({ status: 404, code: 20404 });
});

test('their client lists over several pages', async () => {
  const { theirs } = await serveVerify();
  const entity = entityOf(theirs);
  for (let count = 0; count < 7; count++) {
    await entity.newFactors.create({ ...NEW, friendlyName: `f${count}` });
  }
  const names = (await entity.factors.list({ pageSize: 3 })).map(
    ({ friendlyName }) => friendlyName,
  );
  expect(names).toStrictEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6']);
});

test('their client sees services and entities', async () => {
  const { theirs } = await serveVerify();
  const { services } = theirs.verify.v2;
  const made = await services.create({ friendlyName: 'mine', 'totp.codeLength': 8 });
  expect((await services(made.sid).fetch()).totp).toMatchObject({ code_length: 8 });
  const entity = await services(SERVICE).entities.create({ identity: IDENTITY });
  expect((await entityOf(theirs).fetch()).sid).toBe(entity.sid);
  const listed = await services(SERVICE).entities.list();
  expect(listed.map(({ identity }) => identity)).toStrictEqual([IDENTITY]);
  expect(await entityOf(theirs).remove()).toBe(true);
  expect(await came(entityOf(theirs).fetch())).toStrictEqual({ status: 404, code: 20404 });
});

test('their client is told every no as an error of its own', async () => {
  const { theirs, withToken, clock, code } = await serveVerify();
  const entity = entityOf(theirs);
  const { sid } = await entity.newFactors.create(NEW);
  const factor = entity.factors(sid);
  const challenge = { factorSid: sid, authPayload: code() };
  expect(await came(entity.challenges.create(challenge))).toStrictEqual({
    status: 403,
    code: 60318,
  });
  for (let attempt = 0; attempt < 5; attempt++) await factor.update({ authPayload: WRONG });
  expect(await came(factor.update({ authPayload: code() }))).toStrictEqual({
    status: 429,
    code: 60310,
  });
  const other = await entity.newFactors.create(NEW);
  await entity.factors(other.sid).update({ authPayload: code() });
  const { sid: late } = await entity.challenges.create({ factorSid: other.sid });
  clock.now += 6 * 60_000;
  const answer = entity.challenges(late).update({ authPayload: code() });
  expect(await came(answer)).toStrictEqual({ status: 403, code: 60323 });
  const bad = entity.newFactors.create({ ...NEW, 'config.timeStep': 10 });
  expect(await came(bad)).toStrictEqual({ status: 400, code: 60200 });
  expect(await came(entityOf(withToken('wrong')).fetch())).toStrictEqual({
    status: 401,
    code: 20003,
  });
});

type Calls = Record<string, [ours: () => Promise<unknown>, theirs: () => Promise<unknown>]>;

/** The same questions by both, about factors that are there. */
function callsOf(
  ours: TwilioVerifyClient,
  theirs: ReturnType<typeof twilio>,
  sids: string[],
): Calls {
  const of = { identity: IDENTITY };
  const [factor = '', challenge = ''] = sids;
  const entity = entityOf(theirs);
  const code = '123456';
  return {
    'service.get': [() => ours.service.get(), () => theirs.verify.v2.services(SERVICE).fetch()],
    'factors.create': [
      () =>
        ours.factors.create({
          ...of,
          friendlyName: 'José & co',
          secret: SECRET,
          algorithm: 'SHA256',
          digits: 8,
          period: 60,
          skew: 0,
          metadata: { a: 'b' },
        }),
      () =>
        entity.newFactors.create({
          ...NEW,
          friendlyName: 'José & co',
          'config.alg': 'sha256',
          'config.codeLength': 8,
          'config.timeStep': 60,
          'config.skew': 0,
          metadata: { a: 'b' },
        }),
    ],
    'factors.verify': [
      () => ours.factors.verify({ ...of, factor, code }),
      () => entity.factors(factor).update({ authPayload: code }),
    ],
    'factors.get': [
      () => ours.factors.get({ ...of, factor }),
      () => entity.factors(factor).fetch(),
    ],
    'factors.list': [
      () => ours.factors.list({ ...of, pageSize: 20 }),
      () => entity.factors.page({ pageSize: 20 }),
    ],
    'challenges.create': [
      () => ours.challenges.create({ ...of, factor, code }),
      () => entity.challenges.create({ factorSid: factor, authPayload: code }),
    ],
    'challenges.get': [
      () => ours.challenges.get({ ...of, challenge }),
      () => entity.challenges(challenge).fetch(),
    ],
    'challenges.list': [
      () => ours.challenges.list({ ...of, factor, status: 'pending', order: 'desc' }),
      () =>
        entity.challenges.page({
          factorSid: factor,
          status: 'pending',
          order: 'desc',
          pageSize: 20,
        }),
    ],
    'factors.remove': [
      () => ours.factors.remove({ ...of, factor }),
      () => entity.factors(factor).remove(),
    ],
    'entities.remove': [() => ours.entities.remove(of), () => entity.remove()],
  };
}

test.each([{}, { apiKey: `SK${'3'.repeat(32)}`, apiSecret: 'secret-of-the-key' }])(
  'our client says the same over the wire as theirs (%#)',
  async (key) => {
    const { ours, theirs, sent } = await serveVerify(key);
    const sids = [`YF${'4'.repeat(32)}`, `YC${'5'.repeat(32)}`];
    const calls = callsOf(ours, theirs, sids);
    const methods = Object.entries(ours).flatMap(([group, each]) =>
      Object.keys(each).map((name) => `${group}.${name}`),
    );
    expect(Object.keys(calls).sort()).toStrictEqual(methods.sort());
    for (const [name, pair] of Object.entries(calls)) {
      sent.splice(0);
      for (const call of pair) await call().catch(() => undefined);
      const [our, their] = sent;
      expect({ name, ...our }).toStrictEqual({ name, ...their });
      expect(sent).toHaveLength(2);
    }
  },
);

test('what either enrols, the other can ask about', async () => {
  const { ours, theirs, options, code } = await serveVerify();
  const seed = { identity: IDENTITY, secret: SECRET, friendlyName: 'moved', code };
  const moved = await moveSeed(ours, seed);
  if (!moved.moved) throw new Error('not moved');
  const challenge = { factorSid: moved.factor, authPayload: code() };
  expect((await entityOf(theirs).challenges.create(challenge)).status).toBe('approved');
  const authority = twilioVerifyAuthority({
    ...options,
    factor: async (identity) => ({ identity, factorSid: moved.factor }),
  });
  const asked = { user: IDENTITY, code: code(), id: 'd' };
  expect(await authority.verify(asked)).toStrictEqual({ ruling: 'valid' });
  expect(await authority.status(asked)).toBe('active');
  await entityOf(theirs).factors(moved.factor).remove();
  expect(await authority.status(asked)).toBe('unknown');
});
