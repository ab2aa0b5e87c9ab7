// Every method against answers in their recorded shapes, and every way they may be spoiled.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AuthyClient, createAuthyClient } from '../src/index.js';
import { RECORDED, UUID } from './recorded.js';
import { clientOf, failure, failureOf, html, KEY, reply, serve, USER } from './scripted-server.js';

/** An answer with every field replaced, one at a time, at every depth. */
function* variations(value: unknown, spoil: Spoil): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    const put = (inner: unknown): unknown =>
      Array.isArray(value)
        ? value.with(Number(name), inner)
        : { ...value, [name]: inner as unknown };
    yield put(spoil(field));
    for (const inner of variations(field, spoil)) yield put(inner);
  }
}

type Spoil = (value: unknown) => unknown;

/** What JSON can hold in place of a value; the last two become text, or an error, by String(). */
const SPOILS: Spoil[] = [
  () => ({ odd: 'odd' }),
  (value) => [value, 'odd'],
  () => ({ toString: 'odd', valueOf: 'odd' }),
];

describe('every method of the client', () => {
  test('is called below', () => {
    const methods = Object.entries(createAuthyClient({ apiKey: KEY })).flatMap(([group, calls]) =>
      Object.keys(calls).map((name) => `${group}.${name}`),
    );
    expect(RECORDED.map(({ method }) => method)).toStrictEqual(methods);
  });

  test.each(RECORDED)('$method says what Authy expects and reads what it answers', async (each) => {
    const { url, heard } = await serve(reply(200, each.answer));
    await expect(each.call(clientOf(url))).resolves.toStrictEqual(each.outcome);
    const asked = heard.map(({ method, url: path, body }) => ({
      line: `${method} ${path}`,
      body: body && JSON.parse(body),
    }));
    expect(asked).toStrictEqual([{ line: each.line, body: each.body ?? '' }]);
    expect(heard[0]?.headers['x-authy-api-key']).toBe(KEY);
    expect(JSON.stringify(asked)).not.toContain(KEY);
  });

  test.each(RECORDED)('$method: repeated after a 503 is $repeated', async ({ call, repeated }) => {
    const { url, heard } = await serve(reply(503, '', { 'retry-after': '0' }));
    await expect(failureOf(call(clientOf(url, { retry: 1 })))).resolves.toMatchObject({
      kind: 'down',
    });
    expect(heard).toHaveLength(repeated ? 2 : 1);
  });

  test.each(RECORDED)('$method hands on an abort, and no signal that is none', async ({ call }) => {
    const aborted = await serve(reply(200, {}));
    const { url } = aborted;
    const signalled = (signal: unknown): AuthyClient => {
      const withSignal = (calls: object): object =>
        Object.fromEntries(
          Object.entries(calls).map(([name, method]) => [
            name,
            (question: object) => method({ ...question, signal }),
          ]),
        );
      const groups = Object.entries(clientOf(url));
      return Object.fromEntries(groups.map(([name, calls]) => [name, withSignal(calls)])) as never;
    };
    await expect(failureOf(call(signalled(AbortSignal.abort())))).resolves.toMatchObject({
      kind: 'ambiguous',
    });
    await expect(call(signalled('abort'))).rejects.toThrow(TypeError);
    expect(aborted.heard).toStrictEqual([]);
  });

  test.each(RECORDED)('$method believes no answer that is no success', async ({ call, answer }) => {
    const spoiled = [
      reply(200, { ...answer, success: false }),
      reply(200, { ...answer, success: 'false' }),
      reply(200, { ...answer, success: 1 }),
      reply(200, { ...answer, success: undefined }),
      reply(200, { ...answer, error_code: '60001' }),
      reply(200, { ...answer, error_code: null }),
      reply(201, answer),
      reply(200, answer, { 'content-type': 'text/html' }),
      reply(200, [answer]),
      reply(200, 'null'),
      reply(200, '"true"'),
      reply(200, JSON.stringify(answer).slice(0, -1)),
      reply(302, answer, { location: '/' }),
      html(200),
    ];
    for (const script of spoiled) {
      const { url } = await serve(script);
      const error = await failureOf(call(clientOf(url, { retry: 0 })));
      expect(error).toMatchObject({ name: 'AuthyError', retriable: expect.any(Boolean) });
    }
  });

  test.each(RECORDED)('$method is not upset by what it does not need', async (each) => {
    const more = { ...each.answer, new_field: [{ deep: null }], errors: {}, message: null };
    const { url } = await serve(reply(200, more));
    const call = each.call(clientOf(url));
    if (each.method === 'users.registrationStatus') await expect(call).resolves.toBeDefined();
    else await expect(call).resolves.toStrictEqual(each.outcome);
  });

  test.each(RECORDED)('$method lets no odd value through to its caller', async (each) => {
    if (each.method === 'users.registrationStatus') return;
    let spoiled = 0;
    let refused = 0;
    for (const answer of SPOILS.flatMap((spoil) => [...variations(each.answer, spoil)])) {
      const { url } = await serve(reply(200, answer as object));
      spoiled++;
      const outcome = await each.call(clientOf(url, { retry: 0 })).catch((error: Error) => {
        expect(error.name).toBe('AuthyError');
        refused++;
      });
      expect(JSON.stringify(outcome) ?? '').not.toContain('odd');
    }
    expect(spoiled).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

test.each([
  ['tokens.sms', '60016', { sent: false, reason: 'unknown-user' }],
  ['tokens.call', '60017', { sent: false, reason: 'suspended' }],
  ['tokens.email', '60026', { sent: false, reason: 'unknown-user' }],
  ['users.remove', '60127', { removed: false, reason: 'queued' }],
  ['users.updateEmail', '60026', { updated: false, reason: 'unknown-user' }],
  ['users.updateEmail', '60027', { updated: false, reason: 'invalid' }],
  ['users.updateEmail', '60038', { updated: false, reason: 'invalid' }],
  ['users.registerActivity', '60018', { registered: false, reason: 'suspended' }],
  ['users.qrCode', '60128', { made: false, reason: 'unknown-user' }],
  ['users.exportSeed', '60026', { exported: false, reason: 'unknown-user' }],
  ['users.exportSeed', '60154', { exported: false, reason: 'not-enabled' }],
  ['users.registrationStatus', '60035', { known: false, reason: 'unknown-registration' }],
  ['users.registrationStatus', '60026', { known: false, reason: 'unknown-user' }],
  ['users.removeDevice', '60092', { removed: false, reason: 'unknown-device' }],
  ['phones.start', '60033', { started: false, reason: 'invalid-phone' }],
  ['phones.start', '60059', { started: false, reason: 'invalid-phone' }],
  ['phones.start', '60078', { started: false, reason: 'invalid-phone' }],
  ['phones.start', '60082', { started: false, reason: 'landline' }],
  ['phones.start', '60115', { started: false, reason: 'opted-out' }],
  ['phones.check', '60022', { correct: false, reason: 'mismatch' }],
  ['phones.check', '60023', { correct: false, reason: 'not-pending' }],
  ['phones.status', '60023', { known: false, reason: 'not-pending' }],
  ['oneTouch.create', '60026', { created: false, reason: 'unknown-user' }],
  ['oneTouch.create', '60050', { created: false, reason: 'no-device' }],
  ['oneTouch.create', '60051', { created: false, reason: 'no-device' }],
  ['oneTouch.create', '60106', { created: false, reason: 'suspended' }],
  ['oneTouch.status', '60049', { known: false, reason: 'unknown-request' }],
])('%s takes %s at any status for %j', async (method, code, no) => {
  const { call } = RECORDED.find((each) => each.method === method)!;
  for (const status of [404, 503, 200]) {
    const { url, heard } = await serve(reply(status, { ...failure(code), errors: {} }));
    await expect(call(clientOf(url))).resolves.toStrictEqual({ ...no, authyCode: code });
    expect(heard).toHaveLength(1);
  }
});

describe('what decides', () => {
  test.each([['Approved'], ['approve'], ['true'], [true], [null], [undefined], [['approved']]])(
    'is not that a OneTouch request is %j',
    async (status) => {
      const { url } = await serve(
        reply(200, { approval_request: { uuid: UUID, status }, success: true }),
      );
      const call = clientOf(url).oneTouch.status({ request: UUID });
      await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
    },
  );

  test('is not that another OneTouch request was approved', async () => {
    const other = { uuid: UUID.replace('b', 'c'), status: 'approved' };
    const { url } = await serve(reply(200, { approval_request: other, success: true }));
    const call = clientOf(url).oneTouch.status({ request: UUID });
    await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
    const same = { uuid: UUID.toUpperCase(), status: 'approved' };
    const { url: mine } = await serve(reply(200, { approval_request: same, success: true }));
    await expect(clientOf(mine).oneTouch.status({ request: UUID })).resolves.toStrictEqual({
      known: true,
      status: 'approved',
    });
  });

  test.each(['javascript:alert(1)', 'data:image/png;base64,AA', '/relative.png', 7, null])(
    'is not a picture at %j',
    async (address) => {
      const { url } = await serve(reply(200, { qr_code: address, success: true }));
      const call = clientOf(url).users.qrCode({ user: USER });
      await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
    },
  );

  test.each(['GEZD0NBV', 'GEZD GNBV', 'GE=ZD', '', '=', null])(
    'is not a seed that is %j',
    async (secret) => {
      const { url } = await serve(reply(200, { secret, success: true }));
      const call = clientOf(url).users.exportSeed({ user: USER });
      await expect(failureOf(call)).resolves.toMatchObject({ kind: 'refused', status: 200 });
    },
  );

  test.each([
    [{ cellphone: '+1-XXX-XXX-XX12', email: 'a*@example.com' }, '+1-XXX-XXX-XX12'],
    [{ cellphone: null, email: 'a*@example.com' }, 'a*@example.com'],
  ])('of %j was sent to %s', async (told, to) => {
    const { url } = await serve(reply(200, { ...told, success: true }));
    const sent = { sent: true, to };
    await expect(clientOf(url).tokens.sms({ user: USER })).resolves.toStrictEqual(sent);
  });

  test.each([
    ['ignored', true],
    ['ignored', 'true'],
  ])('is the value of %s, not that it is there: %j', async (_, ignored) => {
    const { url } = await serve(
      reply(200, { success: true, ignored }),
      reply(200, { success: true, ignored: false }),
    );
    const { tokens } = clientOf(url);
    await expect(tokens.sms({ user: USER })).resolves.toStrictEqual({
      sent: false,
      reason: 'ignored',
    });
    await expect(tokens.sms({ user: USER })).resolves.toStrictEqual({ sent: true });
  });
});

test('names of Authy’s are spelled in src/wire alone', () => {
  const src = new URL('../src/', import.meta.url);
  const found = readdirSync(src)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(new URL(file, src), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\/\/|\/?\*)|path: |\[\s*'/.test(line))
        .filter((line) => /(?<![A-Z'])\b_?[a-z]+_[a-z_]+\b/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(found).toStrictEqual([]);
});
