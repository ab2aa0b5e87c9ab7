import { describe, expect, test } from 'vitest';
import { AuthyError, createAuthyClient } from '../src/index.js';
import { clientOf, errorOf, KEY, reply, serve, TOKEN, TOKEN_IS_VALID } from './scripted-server.js';

const PERSON = { email: 'ann@example.com', phone: '3175550100', countryCode: 1 };
type Person = typeof PERSON;

describe('a call with a wrong value', () => {
  test.each([
    ['user', ''],
    ['user', '12a'],
    ['user', '1/../2'],
    ['user', '209?x=1'],
    ['user', '２０９'],
    ['user', '-1'],
    ['user', '1'.repeat(21)],
  ])('%s %j is refused before anything is sent', async (field, user) => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const { tokens, users } = clientOf(url);
    for (const call of [
      tokens.verify({ user, token: TOKEN }),
      users.status({ user }),
      users.remove({ user }),
    ]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(AuthyError);
      expect({ ...error, field: error.message.split(' ')[0] }).toStrictEqual({
        name: 'AuthyError',
        code: 'ERR_AUTHY_INPUT',
        kind: 'refused',
        retriable: false,
        field,
      });
    }
    expect(heard).toStrictEqual([]);
  });

  test.each([
    ['email', ''],
    ['email', 'ann'],
    ['email', 'ann@'],
    ['email', 'a nn@example.com'],
    ['email', 'ann@example.com\r\n'],
    ['email', `${'a'.repeat(250)}@b.co`],
    ['phone', ''],
    ['phone', '+13175550100'],
    ['phone', '317-555-0100'],
    ['phone', '１２３４５６７'],
    ['phone', '1'.repeat(16)],
    ['countryCode', 0],
    ['countryCode', 1.5],
    ['countryCode', 1000],
    ['countryCode', Number.NaN],
  ])('%s %j is refused before anything is sent', async (field, value) => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const error = await errorOf(
      clientOf(url).users.create({ ...PERSON, [field]: value } as Person),
    );
    expect(error).toMatchObject({ code: 'ERR_AUTHY_INPUT', kind: 'refused' });
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
    expect(heard).toStrictEqual([]);
  });
});

describe('a call with a wrong type', () => {
  test.each([
    ['email', null],
    ['phone', 3175550100],
    ['countryCode', '1'],
    ['sendInstallLink', 'false'],
    ['signal', {}],
  ])('of %s is a TypeError and sends nothing', async (field, value) => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const error = await errorOf(
      clientOf(url).users.create({ ...PERSON, [field]: value } as Person),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
    expect(heard).toStrictEqual([]);
  });

  test.each([
    ['user', { user: 209 }],
    ['user', { user: undefined }],
    ['force', { force: 'false' }],
    ['signal', { signal: 'abort' }],
  ])('of %s is a TypeError of verify too', async (field, wrong) => {
    const question = { user: '209', token: TOKEN, ...wrong } as never;
    const error = await errorOf(createAuthyClient({ apiKey: KEY }).tokens.verify(question));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
  });
});

describe('every checked input of the other calls', () => {
  const phone = { phone: '3175550100', countryCode: 1 };
  const user = '209';
  const long = (length: number): string => '😀'.repeat(length);
  type Client = ReturnType<typeof clientOf>;
  const WRONG: [string, (client: Client, value: never) => Promise<unknown>, unknown[]][] = [
    [
      'user',
      ({ users }, value) => users.updateEmail({ user: value, email: 'a@b.co' }),
      ['', '1/2'],
    ],
    ['email', ({ users }, value) => users.updateEmail({ user, email: value }), ['', 'a@b c']],
    ['ip', ({ users }, value) => users.status({ user, ip: value }), ['', 'x', '1.2.3.4&a=1']],
    ['ip', ({ users }, value) => users.remove({ user, ip: value }), ['1.2.3.4\r\n']],
    ['ip', ({ application }, value) => application.stats({ ip: value }), ['localhost']],
    [
      'type',
      ({ users }, value) => users.registerActivity({ user, type: value }),
      ['password_reset', 'toString', ''],
    ],
    ['size', ({ users }, value) => users.qrCode({ user, size: value }), [0, 1001, 1.5, Number.NaN]],
    ['label', ({ users }, value) => users.qrCode({ user, label: value }), ['', long(256)]],
    [
      'customUserId',
      ({ users }, value) => users.registrationStatus({ customUserId: value }),
      ['', long(256)],
    ],
    ['device', ({ users }, value) => users.removeDevice({ device: value }), ['', '../1', 'a']],
    [
      'longest',
      ({ tokens }, value) => tokens.verify({ user, token: TOKEN, longest: value }),
      [5, 13, 7.5],
    ],
    [
      'action',
      ({ tokens }, value) => tokens.verify({ user, token: TOKEN, action: value }),
      ['', long(256)],
    ],
    ['action', ({ tokens }, value) => tokens.sms({ user, action: value }), ['', long(256)]],
    [
      'actionMessage',
      ({ tokens }, value) => tokens.call({ user, actionMessage: value }),
      ['', long(256)],
    ],
    [
      'locale',
      ({ tokens }, value) => tokens.sms({ user, locale: value }),
      ['', 'english', 'pt_BR', 'en&force=true'],
    ],
    [
      'phone',
      ({ phones }, value) => phones.start({ ...phone, phone: value }),
      ['', '+1317', '317 555'],
    ],
    [
      'countryCode',
      ({ phones }, value) => phones.info({ ...phone, countryCode: value }),
      [0, 1000, 1.5],
    ],
    ['via', ({ phones }, value) => phones.start({ ...phone, via: value }), ['', 'SMS', 'email']],
    [
      'codeLength',
      ({ phones }, value) => phones.start({ ...phone, codeLength: value }),
      [3, 11, 4.9, Number.NaN],
    ],
    [
      'customCode',
      ({ phones }, value) => phones.start({ ...phone, customCode: value }),
      ['123', '12345678901', '12a4', '１２３４'],
    ],
    [
      'customMessage',
      ({ phones }, value) => phones.start({ ...phone, customMessage: value }),
      ['', long(1601)],
    ],
    [
      'uuid',
      ({ phones }, value) => phones.status({ uuid: value }),
      ['', 'b8ebcd40', '../../x', undefined],
    ],
    [
      'request',
      ({ oneTouch }, value) => oneTouch.status({ request: value }),
      ['', '../users', 'b8ebcd40-1234-5678-3fb5-0e5d6a06590g'],
    ],
    [
      'message',
      ({ oneTouch }, value) => oneTouch.create({ user, message: value }),
      ['', long(201)],
    ],
    [
      'a name in details',
      ({ oneTouch }, value) => oneTouch.create({ user, message: 'm', details: { [value]: 'x' } }),
      ['', long(201)],
    ],
    [
      'a value in details',
      ({ oneTouch }, value) => oneTouch.create({ user, message: 'm', details: { x: value } }),
      ['', long(201)],
    ],
    [
      'a value in hiddenDetails',
      ({ oneTouch }, value) => oneTouch.create({ user, message: 'm', hiddenDetails: { x: value } }),
      ['', long(201)],
    ],
    [
      'secondsToExpire',
      ({ oneTouch }, value) => oneTouch.create({ user, message: 'm', secondsToExpire: value }),
      [-1, 1.5, 2 ** 31],
    ],
    [
      'res',
      ({ oneTouch }, value) =>
        oneTouch.create({ user, message: 'm', logos: [{ res: value, url: 'https://x.example' }] }),
      ['', 'huge'],
    ],
    [
      'url',
      ({ oneTouch }, value) =>
        oneTouch.create({ user, message: 'm', logos: [{ res: 'low', url: value }] }),
      ['', '/a.png', 'javascript:1', 'https://', `https://x.example/${'a'.repeat(183)}`],
    ],
  ];

  test.each(WRONG)(
    '%s is refused by name before anything is sent (%#)',
    async (field, call, values) => {
      const { url, heard } = await serve(reply(200, {}));
      for (const value of values) {
        const error = await errorOf(call(clientOf(url), value as never));
        if (value === undefined) expect(error).toBeInstanceOf(TypeError);
        else expect(error).toMatchObject({ name: 'AuthyError', code: 'ERR_AUTHY_INPUT' });
        expect(error.message).toMatch(new RegExp(`^${field} must be `));
        if (value) expect(error.message).not.toContain(value);
      }
      expect(heard).toStrictEqual([]);
    },
  );

  test.each(WRONG)('%s of a wrong type is refused, too (%#)', async (field, call) => {
    const { url, heard } = await serve(reply(200, {}));
    const error = await errorOf(call(clientOf(url), Symbol('wrong') as never));
    if (field.startsWith('a name')) return;
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
    expect(heard).toStrictEqual([]);
  });

  test.each([
    ['details', null],
    ['details', ['x']],
    ['details', 'x'],
    ['hiddenDetails', 7],
  ])('%s of %j is a TypeError', async (field, value) => {
    const request = { user, message: 'm', [field]: value } as never;
    const error = await errorOf(createAuthyClient({ apiKey: KEY }).oneTouch.create(request));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe(`${field} must be an object of strings`);
  });

  test('as long as Authy takes them, they are sent whole', async () => {
    const { url, heard } = await serve(reply(200, { success: true }));
    const { oneTouch, tokens } = clientOf(url);
    const message = long(200);
    await errorOf(oneTouch.create({ user, message, details: { [message]: message } }));
    await tokens.sms({ user, action: long(255) });
    expect(JSON.parse(heard[0]?.body ?? '')).toStrictEqual({
      message,
      details: { [message]: message },
    });
    expect(new URL(heard[1]?.url ?? '', url).searchParams.get('action')).toBe(long(255));
  });

  test('a token may be longer where the caller says so, and a code for a phone shorter', async () => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const { phones, tokens } = clientOf(url);
    const token = '123456789012';
    await expect(tokens.verify({ user, token, longest: 12 })).resolves.toStrictEqual({
      valid: true,
    });
    await expect(tokens.verify({ user, token, longest: 11 })).resolves.toStrictEqual({
      valid: false,
      reason: 'malformed',
    });
    for (const code of ['123', '12345678901', '12a4', '', 1234, null]) {
      await expect(phones.check({ ...phone, code: code as string })).resolves.toStrictEqual({
        correct: false,
        reason: 'malformed',
      });
    }
    expect(heard).toHaveLength(1);
  });
});
