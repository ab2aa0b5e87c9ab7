import { describe, expect, test } from 'vitest';
import { createTwilioVerifyClient, type TwilioVerifyClient } from '../../src/index.js';
import {
  errorOf,
  failureOf,
  type Heard,
  html,
  reply,
  type Script,
  serve,
} from '../scripted-server.js';
import {
  ACCOUNT,
  AUTH_TOKEN,
  CHALLENGE,
  CHALLENGE_BODY,
  CHALLENGE_SAID,
  CODE,
  FACTOR,
  FACTOR_BODY,
  FACTOR_SAID,
  IDENTITY,
  list,
  OF,
  OPTIONS,
  refusal,
  SERVICE,
  SERVICE_BODY,
  verifyClientOf,
} from './scripted.js';

const SERVICE_PATH = `/v2/Services/${SERVICE}`;
const ENTITY = `${SERVICE_PATH}/Entities/${IDENTITY}`;
const NEXT = `https://evil.example/x?PageSize=20&Page=1&PageToken=PT1&Extra=1#y`;
const pending = { ...CHALLENGE_BODY, status: 'pending', date_responded: null };
const { respondedAt: _, ...CHALLENGE_PENDING } = { ...CHALLENGE_SAID, status: 'pending' };
const unverified = { ...FACTOR_BODY, status: 'unverified' };
const mismatch = { reason: 'mismatch' };

interface Row {
  name: string;
  call: (client: TwilioVerifyClient) => Promise<unknown>;
  script: Script;
  sent: [method: string, path: string, body?: string];
  said: unknown;
}

const URI = 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ';
const rows: Row[] = [
  {
    name: 'service.get',
    call: (client) => client.service.get(),
    script: reply(200, SERVICE_BODY),
    sent: ['GET', SERVICE_PATH],
    said: {
      sid: SERVICE,
      friendlyName: 'a service',
      issuer: 'test-issuer',
      digits: 6,
      period: 30,
      skew: 1,
    },
  },
  {
    name: 'service.get of one that never set anything',
    call: (client) => client.service.get(),
    script: reply(200, { ...SERVICE_BODY, totp: null }),
    sent: ['GET', SERVICE_PATH],
    said: { sid: SERVICE, friendlyName: 'a service', digits: 6, period: 30, skew: 1 },
  },
  {
    name: 'service.get of one that set something',
    call: (client) => client.service.get(),
    script: reply(200, {
      ...SERVICE_BODY,
      totp: { issuer: null, time_step: null, code_length: 8, skew: 0 },
    }),
    sent: ['GET', SERVICE_PATH],
    said: { sid: SERVICE, friendlyName: 'a service', digits: 8, period: 30, skew: 0 },
  },
  {
    name: 'factors.create',
    call: (client) => client.factors.create({ identity: IDENTITY, friendlyName: 'an account' }),
    script: reply(201, { ...unverified, binding: { secret: 'GEZDGNBVGY3TQOJQ', uri: URI } }),
    sent: ['POST', `${ENTITY}/Factors`, 'FactorType=totp&FriendlyName=an+account'],
    said: {
      factor: { ...FACTOR_SAID, status: 'unverified' },
      secret: 'GEZDGNBVGY3TQOJQ',
      uri: URI,
    },
  },
  {
    name: "factors.create with a seed of one's own",
    call: (client) =>
      client.factors.create({
        identity: IDENTITY,
        friendlyName: 'José & co=',
        secret: 'gezdgnbvgy3tqoi=',
        algorithm: 'SHA256',
        digits: 8,
        period: 60,
        skew: 2,
        metadata: { a: 'b' },
      }),
    script: reply(201, { ...unverified, metadata: { a: 'b' }, config: 'none', friendly_name: 7 }),
    sent: [
      'POST',
      `${ENTITY}/Factors`,
      'FactorType=totp&FriendlyName=Jos%C3%A9+%26+co%3D&Binding.Secret=GEZDGNBVGY3TQOI&Config.Alg=sha256' +
        '&Config.CodeLength=8&Config.TimeStep=60&Config.Skew=2&Metadata=%7B%22a%22%3A%22b%22%7D',
    ],
    said: {
      factor: {
        sid: FACTOR,
        identity: IDENTITY,
        status: 'unverified',
        type: 'totp',
        metadata: { a: 'b' },
        createdAt: FACTOR_SAID.createdAt,
      },
    },
  },
  {
    name: 'factors.verify',
    call: (client) => client.factors.verify({ ...OF, code: CODE }),
    script: reply(200, FACTOR_BODY),
    sent: ['POST', `${ENTITY}/Factors/${FACTOR}`, `AuthPayload=${CODE}`],
    said: { verified: true, factor: FACTOR_SAID },
  },
  {
    name: 'factors.verify of a wrong code, at 200',
    call: (client) => client.factors.verify({ ...OF, code: CODE }),
    script: reply(200, unverified),
    sent: ['POST', `${ENTITY}/Factors/${FACTOR}`, `AuthPayload=${CODE}`],
    said: { verified: false, ...mismatch, factor: { ...FACTOR_SAID, status: 'unverified' } },
  },
  {
    name: 'factors.get',
    call: (client) => client.factors.get(OF),
    script: reply(200, { ...FACTOR_BODY, factor_type: 'push', config: { sdk_version: '1' } }),
    sent: ['GET', `${ENTITY}/Factors/${FACTOR}`],
    said: {
      known: true,
      factor: {
        sid: FACTOR,
        identity: IDENTITY,
        status: 'verified',
        type: 'push',
        friendlyName: 'an account',
        createdAt: FACTOR_SAID.createdAt,
      },
    },
  },
  {
    name: 'factors.list',
    call: (client) => client.factors.list({ identity: IDENTITY }),
    script: reply(200, list('factors', [FACTOR_BODY], NEXT)),
    sent: ['GET', `${ENTITY}/Factors?PageSize=20`],
    said: { known: true, factors: [FACTOR_SAID], next: 'Page=1&PageToken=PT1' },
  },
  {
    name: 'factors.list, gone on with',
    call: (client) =>
      client.factors.list({
        identity: IDENTITY,
        pageSize: 30,
        page: 'Page=1&PageToken=PT1&Other=2',
      }),
    script: reply(200, list('factors', [])),
    sent: ['GET', `${ENTITY}/Factors?PageSize=30&Page=1&PageToken=PT1`],
    said: { known: true, factors: [] },
  },
  {
    name: 'factors.remove',
    call: (client) => client.factors.remove(OF),
    script: (response) => response.writeHead(204).end(),
    sent: ['DELETE', `${ENTITY}/Factors/${FACTOR}`],
    said: { removed: true },
  },
  {
    name: 'challenges.create',
    call: (client) => client.challenges.create({ ...OF, code: CODE }),
    script: reply(201, CHALLENGE_BODY),
    sent: ['POST', `${ENTITY}/Challenges`, `FactorSid=${FACTOR}&AuthPayload=${CODE}`],
    said: { approved: true, challenge: CHALLENGE_SAID },
  },
  {
    name: 'challenges.create, answered at 200',
    call: (client) => client.challenges.create({ ...OF, code: CODE }),
    script: reply(200, CHALLENGE_BODY),
    sent: ['POST', `${ENTITY}/Challenges`, `FactorSid=${FACTOR}&AuthPayload=${CODE}`],
    said: { approved: true, challenge: CHALLENGE_SAID },
  },
  {
    name: 'challenges.create of a wrong code, at 201',
    call: (client) => client.challenges.create({ ...OF, code: CODE }),
    script: reply(201, pending),
    sent: ['POST', `${ENTITY}/Challenges`, `FactorSid=${FACTOR}&AuthPayload=${CODE}`],
    said: { approved: false, ...mismatch, challenge: CHALLENGE_PENDING },
  },
  {
    name: 'challenges.get',
    call: (client) => client.challenges.get({ identity: IDENTITY, challenge: CHALLENGE }),
    script: reply(200, { ...pending, status: 'expired' }),
    sent: ['GET', `${ENTITY}/Challenges/${CHALLENGE}`],
    said: { known: true, challenge: { ...CHALLENGE_PENDING, status: 'expired' } },
  },
  {
    name: 'challenges.list',
    call: (client) =>
      client.challenges.list({ ...OF, status: 'approved', order: 'desc', pageSize: 1 }),
    script: reply(200, list('challenges', [CHALLENGE_BODY], NEXT)),
    sent: ['GET', `${ENTITY}/Challenges?FactorSid=${FACTOR}&Status=approved&Order=desc&PageSize=1`],
    said: { known: true, challenges: [CHALLENGE_SAID], next: 'Page=1&PageToken=PT1' },
  },
  {
    name: 'challenges.list of every factor',
    call: (client) => client.challenges.list({ identity: IDENTITY }),
    script: reply(200, list('challenges', [])),
    sent: ['GET', `${ENTITY}/Challenges?PageSize=20`],
    said: { known: true, challenges: [] },
  },
  {
    name: 'entities.remove',
    call: (client) => client.entities.remove({ identity: IDENTITY }),
    script: (response) => response.writeHead(204).end(),
    sent: ['DELETE', ENTITY],
    said: { removed: true },
  },
];

const BASIC = `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}`;
const seen = ({ method, url, body }: Heard) => [method, url, ...(body ? [body] : [])];

describe('the client of Twilio Verify', () => {
  test.each(rows)('says what Verify expects and reads what it answers: $name', async (row) => {
    const { url, heard } = await serve(row.script);
    await expect(row.call(verifyClientOf(url))).resolves.toStrictEqual(row.said);
    expect(heard.map(seen)).toStrictEqual([row.sent]);
    expect(heard[0]?.headers.authorization).toBe(BASIC);
    const type = heard[0]?.headers['content-type'];
    expect(type).toBe(row.sent[2] && 'application/x-www-form-urlencoded;charset=UTF-8');
  });

  test.each(rows)('is repeated after a 503 if it only reads: $name', async ({ call, sent }) => {
    const { url, heard } = await serve(html(503));
    const error = await failureOf(call(verifyClientOf(url, { retry: 1 })));
    expect(error).toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_DOWN',
      kind: 'down',
      retriable: true,
      status: 503,
    });
    expect(heard).toHaveLength(sent[0] === 'GET' ? 2 : 1);
  });

  test.each(rows)('follows no redirect, and keeps its credentials: $name', async ({ call }) => {
    const elsewhere = await serve(reply(200, {}));
    const { url } = await serve(reply(307, '', { location: elsewhere.url }));
    await expect(failureOf(call(verifyClientOf(url)))).resolves.toMatchObject({ kind: 'refused' });
    expect(elsewhere.heard).toStrictEqual([]);
  });

  test.each(rows)('sends nothing once it was aborted: $name', async ({ call }) => {
    const { url, heard } = await serve(reply(200, {}));
    const client = verifyClientOf(url);
    const signal = AbortSignal.abort();
    const aborting = Object.fromEntries(
      Object.entries(client).map(([group, calls]) => [
        group,
        Object.fromEntries(
          Object.entries(calls).map(([name, method]) => [
            name,
            (question: object) => (method as (given: object) => unknown)({ ...question, signal }),
          ]),
        ),
      ]),
    ) as unknown as TwilioVerifyClient;
    await expect(failureOf(call(aborting))).resolves.toMatchObject({ kind: 'ambiguous' });
    expect(heard).toStrictEqual([]);
  });

  test.each(rows)(
    'tells neither code, secret nor credentials when it fails: $name',
    async (row) => {
      const { url } = await serve(reply(403, row.name));
      const { stack, message, cause } = await errorOf(row.call(verifyClientOf(url)));
      const told = `${stack} ${message} ${cause}`;
      for (const secret of [CODE, 'GEZDGNBV', 'gezdgnbv', AUTH_TOKEN, IDENTITY, btoa(AUTH_TOKEN)]) {
        expect(told).not.toContain(secret);
      }
    },
  );
});

/** Every no that a call expects. */
const NOES: [string, Row['call'], number, number, object][] = (
  [
    [
      'factors.verify',
      'verified',
      [
        [20404, 404, 'unknown-factor'],
        [60310, 429, 'locked'],
        [60311, 403, 'mismatch'],
      ],
    ],
    ['factors.get', 'known', [[20404, 404, 'unknown-factor']]],
    ['factors.list', 'known', [[20404, 404, 'unknown-entity']]],
    ['factors.remove', 'removed', [[20404, 404, 'unknown-factor']]],
    [
      'challenges.create',
      'approved',
      [
        [20404, 404, 'unknown-factor'],
        [60308, 429, 'locked'],
        [60310, 429, 'locked'],
        [60312, 429, 'locked'],
        [60318, 403, 'unverified'],
        [60324, 403, 'mismatch'],
      ],
    ],
    ['challenges.get', 'known', [[20404, 404, 'unknown-challenge']]],
    ['challenges.list', 'known', [[20404, 404, 'unknown-entity']]],
    ['entities.remove', 'removed', [[20404, 404, 'unknown-entity']]],
  ] as [string, string, [number, number, string][]][]
).flatMap(([name, flag, noes]) =>
  noes.map(([code, status, reason]): (typeof NOES)[number] => [
    name,
    rows.find((row) => row.name === name)?.call as Row['call'],
    code,
    status,
    { [flag]: false, reason, authyCode: String(code) },
  ]),
);

describe('an expected no', () => {
  test.each(NOES)('of %s is a value (%#)', async (_, call, code, status, no) => {
    const { url, heard } = await serve(refusal(code, status));
    await expect(call(verifyClientOf(url))).resolves.toStrictEqual(no);
    expect(heard).toHaveLength(1);
  });

  test('is none at a status of success', async () => {
    const { url } = await serve(refusal(60318, 200));
    const create = verifyClientOf(url).challenges.create({ ...OF, code: CODE });
    await expect(failureOf(create)).resolves.toMatchObject({ kind: 'refused', authyCode: '60318' });
  });

  test.each(['', '12', '123456789', '12345x', '１２３４５６', ' 123456', 123456 as never])(
    'is that %j is no code, and then nothing is sent',
    async (code) => {
      const { url, heard } = await serve(reply(201, CHALLENGE_BODY));
      const { factors, challenges } = verifyClientOf(url);
      const malformed = { reason: 'malformed' };
      expect(await challenges.create({ ...OF, code })).toStrictEqual({
        approved: false,
        ...malformed,
      });
      expect(await factors.verify({ ...OF, code })).toStrictEqual({
        verified: false,
        ...malformed,
      });
      expect(heard).toStrictEqual([]);
    },
  );
});

describe('what may be asked', () => {
  const bad: [string, string, (client: TwilioVerifyClient) => Promise<unknown>][] = [
    ...['', 'short', 'a'.repeat(65), '../../x/yyy', 'ana@a.example', 'ünüsual-1'].map(
      (identity): (typeof bad)[number] => [
        'identity',
        identity,
        (client) => client.factors.list({ identity }),
      ],
    ),
    ...['', `YC${'c'.repeat(32)}`, `${FACTOR}0`, 'YF/../..'].map((factor): (typeof bad)[number] => [
      'factor',
      factor,
      (client) => client.factors.get({ identity: IDENTITY, factor }),
    ]),
    [
      'challenge',
      FACTOR,
      (client) => client.challenges.get({ identity: IDENTITY, challenge: FACTOR }),
    ],
    ...['', 'A', 'ABC', 'GEZDGN1V', 'GEZDGNBVG', '=GEZDGNB', 'GEZD GNBV'].map(
      (secret): (typeof bad)[number] => [
        'secret',
        secret,
        (client) => client.factors.create({ identity: IDENTITY, friendlyName: 'x', secret }),
      ],
    ),
    ...(
      [
        ['friendlyName', { friendlyName: '' }],
        ['friendlyName', { friendlyName: 'x'.repeat(65) }],
        ['period', { period: 10 }],
        ['period', { period: 61 }],
        ['digits', { digits: 2 }],
        ['digits', { digits: 9 }],
        ['skew', { skew: 3 }],
        ['algorithm', { algorithm: 'MD5' }],
        ['metadata', { metadata: { a: 'x'.repeat(1024) } }],
      ] as [string, object][]
    ).map(([field, given]): (typeof bad)[number] => [
      field,
      JSON.stringify(given).slice(0, 40),
      (client) => client.factors.create({ identity: IDENTITY, friendlyName: 'x', ...given }),
    ]),
    ['pageSize', '31', (client) => client.factors.list({ identity: IDENTITY, pageSize: 31 })],
    ['page', '', (client) => client.factors.list({ identity: IDENTITY, page: '' })],
    [
      'status',
      'x',
      (client) => client.challenges.list({ identity: IDENTITY, status: 'x' as never }),
    ],
    ['order', 'x', (client) => client.challenges.list({ identity: IDENTITY, order: 'x' as never })],
  ];

  test.each(bad)('%s %j is refused by name before anything is sent', async (field, _, call) => {
    const { url, heard } = await serve(reply(200, {}));
    const error = await errorOf(call(verifyClientOf(url)));
    expect({ ...error }).toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_INPUT',
      kind: 'refused',
      retriable: false,
    });
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
    expect(heard).toStrictEqual([]);
  });

  test.each([
    ['a sid', (client: TwilioVerifyClient) => client.factors.get({ ...OF, factor: 7 as never })],
    ['an identity', (client: TwilioVerifyClient) => client.factors.list({ identity: 7 as never })],
    [
      'metadata',
      (client: TwilioVerifyClient) =>
        client.factors.create({ identity: IDENTITY, friendlyName: 'x', metadata: 'x' as never }),
    ],
  ])('%s of the wrong type is a TypeError', async (_, call) => {
    const { url, heard } = await serve(reply(200, {}));
    expect(await errorOf(call(verifyClientOf(url)))).toBeInstanceOf(TypeError);
    expect(heard).toStrictEqual([]);
  });
});

describe('the options', () => {
  test.each([
    [{ accountSid: 'AC1' }],
    [{ accountSid: SERVICE }],
    [{ serviceSid: ACCOUNT }],
    [{ authToken: undefined }],
    [{ authToken: 'with space' }],
    [{ apiKey: `SK${'f'.repeat(32)}` }],
    [{ authToken: undefined, apiKey: `SK${'f'.repeat(32)}` }],
    [{ authToken: undefined, apiKey: ACCOUNT, apiSecret: 'x' }],
    [{ authToken: undefined, apiSecret: 'x' }],
    [{ baseUrl: 'http://verify.twilio.com' }],
  ])('%j are refused', (options) => {
    const make = () => createTwilioVerifyClient({ ...OPTIONS, ...options });
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_AUTHY_INPUT' }));
  });

  test('an API key and its secret stand in for the token', async () => {
    const { url, heard } = await serve(reply(200, SERVICE_BODY));
    const apiKey = `SK${'f'.repeat(32)}`;
    await verifyClientOf(url, {
      authToken: undefined,
      apiKey,
      apiSecret: 's3cret:x',
    }).service.get();
    expect(heard[0]?.headers.authorization).toBe(`Basic ${btoa(`${apiKey}:s3cret:x`)}`);
  });

  test('without an address, Twilio is asked', async () => {
    const asked: string[] = [];
    const fetch = async (request: Parameters<typeof globalThis.fetch>[0]): Promise<Response> => {
      asked.push((request as Request).url);
      return Response.json(SERVICE_BODY);
    };
    await createTwilioVerifyClient({ ...OPTIONS, fetch }).service.get();
    expect(asked).toStrictEqual([`https://verify.twilio.com${SERVICE_PATH}`]);
  });
});

/** What would make an answer about somebody else, or none at all. */
const SPOILED: [string, object][] = [
  ['another account', { account_sid: `AC${'0'.repeat(32)}` }],
  ['another service', { service_sid: `VA${'0'.repeat(32)}` }],
  ['another entity', { identity: 'somebody-else' }],
  ['no account', { account_sid: undefined }],
  ['no identity', { identity: null }],
  ['an unknown status', { status: 'Approved' }],
  ['a code of failure', { code: 60310 }],
  ['another type', { factor_type: 'push' }],
  ['a sid that is none', { sid: 'YC1' }],
];

describe('an answer about anything else', () => {
  test.each([...SPOILED, ['another factor', { factor_sid: `YF${'0'.repeat(32)}` }]])(
    'approves nothing: %s',
    async (_, spoiled) => {
      const { url } = await serve(reply(201, { ...CHALLENGE_BODY, ...spoiled }));
      const create = verifyClientOf(url).challenges.create({ ...OF, code: CODE });
      await expect(failureOf(create)).resolves.toMatchObject({ kind: 'refused', status: 201 });
    },
  );

  test.each([...SPOILED, ['another factor', { sid: `YF${'0'.repeat(32)}` }]])(
    'verifies nothing: %s',
    async (_, spoiled) => {
      const { url } = await serve(reply(200, { ...FACTOR_BODY, ...spoiled }));
      const verify = verifyClientOf(url).factors.verify({ ...OF, code: CODE });
      await expect(failureOf(verify)).resolves.toMatchObject({ kind: 'refused', status: 200 });
    },
  );

  test.each([
    ['expired', 201],
    ['denied', 201],
    ['approved', 202],
    ['approved', 206],
  ])('a new challenge that is %s at %d is no ruling', async (status, http) => {
    const { url } = await serve(reply(http, { ...CHALLENGE_BODY, status }));
    const create = verifyClientOf(url).challenges.create({ ...OF, code: CODE });
    await expect(failureOf(create)).resolves.toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['an item of another service', list('factors', [{ ...FACTOR_BODY, service_sid: ACCOUNT }])],
    ['no items', { meta: { next_page_url: null } }],
    ['no word on how it goes on', { factors: [], meta: {} }],
    ['an address that leads nowhere', list('factors', [], 'https://verify.twilio.com/')],
    ['no address', list('factors', [], 'onwards')],
    ['items of another kind', list('challenges', [CHALLENGE_BODY])],
  ])('is no list: %s', async (_, body) => {
    const { url } = await serve(reply(200, body));
    const listed = verifyClientOf(url).factors.list({ identity: IDENTITY });
    await expect(failureOf(listed)).resolves.toMatchObject({ kind: 'refused' });
  });

  test.each([200, 202, 404])('is not that something is gone: %d', async (status) => {
    const { url } = await serve(reply(status, ''));
    await failureOf(verifyClientOf(url).factors.remove(OF));
  });
});
