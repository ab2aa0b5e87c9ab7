import { AUTHY_APP, type TotpParams, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { judge } from '../../src/emulator/tokens/judge.js';
import { holdToken } from '../../src/emulator/users/seeds.js';
import { createUsers, type User } from '../../src/emulator/users/users.js';
import { RFC_SEED } from './loopback.js';

const tolerance = { backward: 60, forward: 30 };

function userWith(...params: TotpParams[]): User {
  const user = createUsers().enrol({}, 0);
  for (const each of params) user.others.push(holdToken(RFC_SEED, each));
  return user;
}

// Steps and codes: RFC 6238 appendix B cut to 6 digits; oathtool 2.6.7 for Authy's 7 digits, 10 s.
const EDGES = [
  {
    what: "Authy's 10 s tokens",
    params: AUTHY_APP,
    code: '2476215',
    begins: 1_111_111_100,
    after: 70,
  },
  { what: 'generic 30 s tokens', params: {}, code: '081804', begins: 1_111_111_080, after: 90 },
] as const;

for (const { what, params, code, begins, after } of EDGES) {
  test.each([
    ['wrong', -30_001],
    ['valid', -30_000],
    ['valid', after * 1000 - 1],
    ['wrong', after * 1000],
  ])(`${what}: a code is %s %d ms after its step begins`, (expected, delta) => {
    const at = begins * 1000 + delta;
    expect(judge(userWith(params), code, { at, tolerance })).toBe(expected);
  });
}

test('a tolerance below one period leaves the present step only', () => {
  const narrow = { backward: 9, forward: 9 };
  const begins = 1_111_111_100_000;
  const judged = [-1, 0, 9_999, 10_000].map((delta) =>
    judge(userWith(AUTHY_APP), '2476215', { at: begins + delta, tolerance: narrow }),
  );
  expect(judged).toStrictEqual(['wrong', 'valid', 'valid', 'wrong']);
});

test('a code is good once, and an older one of the same token still is', () => {
  const user = userWith(AUTHY_APP);
  const at = 1_111_111_111_000;
  const judged = ['7544934', '7544934', '2476215', '2476215'].map((code) =>
    judge(user, code, { at, tolerance }),
  );
  expect(judged).toStrictEqual(['valid', 'used', 'valid', 'used']);
});

test('a used code stays used when the clock goes away and comes back', () => {
  const user = userWith(AUTHY_APP);
  const at = 1_111_111_111_000;
  expect(judge(user, '7544934', { at, tolerance })).toBe('valid');
  const later = totp(user.app.key, { at: at + 86_400_000 });
  expect(judge(user, later, { at: at + 86_400_000, tolerance })).toBe('valid');
  expect(judge(user, '7544934', { at, tolerance })).toBe('used');
});

test('a seed a user holds twice does not make its codes good twice', () => {
  const user = userWith(AUTHY_APP, AUTHY_APP);
  const at = 1_111_111_111_000;
  expect(judge(user, '7544934', { at, tolerance })).toBe('valid');
  expect(judge(user, '7544934', { at, tolerance })).toBe('used');
});

test('a seed given again does not make its used codes good again', () => {
  const user = userWith(AUTHY_APP);
  const at = 1_111_111_111_000;
  expect(judge(user, '7544934', { at, tolerance })).toBe('valid');
  user.others.push(holdToken(RFC_SEED, AUTHY_APP));
  expect(judge(user, '7544934', { at, tolerance })).toBe('used');
});

test('before the epoch of its token no code is good, and none is an error', () => {
  const user = userWith({ ...AUTHY_APP, epoch: 2_000_000_000 });
  expect(judge(user, '7544934', { at: 1_111_111_111_000, tolerance })).toBe('wrong');
  expect(judge(user, '7544934', { at: -1, tolerance })).toBe('wrong');
});

test('a user is confirmed by their first accepted code', () => {
  const user = userWith(AUTHY_APP);
  judge(user, '0000000', { at: 1_111_111_111_000, tolerance });
  expect(user.confirmed).toBe(false);
  judge(user, '7544934', { at: 1_111_111_111_000, tolerance });
  expect(user.confirmed).toBe(true);
});
