import { parseUri } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { createEmulator } from '../../src/emulator/index.js';
import { RFC_SEED } from './loopback.js';

const keys = { apiKey: 'a', operatorKey: 'b' };

test.each([
  ['an empty API key', { ...keys, apiKey: '' }],
  ['no operator key', { ...keys, operatorKey: undefined as never }],
  ['a name no phone could show', { ...keys, appName: 'Acme: staging' }],
  [
    'a tolerance that is not a number of seconds',
    { ...keys, tolerance: { backward: NaN, forward: 30 } },
  ],
])('%s is a TypeError', (_, options) => {
  expect(() => createEmulator(options)).toThrow(TypeError);
});

test('a user is added with the id that was asked for, or with a new one', () => {
  const emulator = createEmulator(keys);
  const secret = RFC_SEED;
  expect(emulator.addUser({ secret, authyId: '42' })).toStrictEqual({ authyId: '42' });
  expect(emulator.addUser({ secret, authyId: '42' })).toStrictEqual({ authyId: '42' });
  const first = emulator.addUser({ secret, phone: '555-0100', countryCode: '57' });
  expect(emulator.addUser({ secret, phone: '5550100', countryCode: '57' })).toStrictEqual(first);
  expect(emulator.addUser({ secret })).not.toStrictEqual(emulator.addUser({ secret }));
});

test('a user whose email could not stand in a URI is named by their id', async () => {
  const emulator = createEmulator(keys);
  const { authyId } = emulator.addUser({ secret: RFC_SEED, email: 'a:b@c.example' });
  const answer = await emulator.fetch(
    new Request(`http://localhost/emulator/users/${authyId}`, {
      headers: { Authorization: 'Bearer b' },
    }),
  );
  const { app } = await answer.json();
  expect(parseUri(app.uri).account).toBe(authyId);
});

test.each(['', '0', '042', '4 2', '4.2', '1'.repeat(16), 'x'])(
  'an authyId that is none is a TypeError: "%s"',
  (authyId) => {
    expect(() => createEmulator(keys).addUser({ secret: RFC_SEED, authyId })).toThrow(TypeError);
  },
);

test('two emulators share nothing', async () => {
  const [one, other] = [createEmulator(keys), createEmulator(keys)];
  const { authyId } = one.addUser({ secret: RFC_SEED });
  const status = async ({ fetch }: typeof one) =>
    (await fetch(new Request(`http://localhost/protected/json/users/${authyId}/status?api_key=a`)))
      .status;
  expect([await status(one), await status(other)]).toStrictEqual([200, 404]);
});
