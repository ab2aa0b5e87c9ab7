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
