import { expect, test } from 'vitest';
import { createUsers } from '../../src/emulator/users/users.js';

test('a phone number names one user within a country', () => {
  const users = createUsers();
  const first = users.enrol({ cellphone: '5550100', countryCode: '1' }, 0);
  expect(users.enrol({ cellphone: '5550100' }, 1)).toBe(first);
  expect(users.enrol({ cellphone: '5550100', countryCode: '57' }, 1)).not.toBe(first);
  expect(users.enrol({}, 1)).not.toBe(users.enrol({}, 1));
});

test('an id names its user, and is never given to another', () => {
  const users = createUsers();
  const free = users.enrol({}, 0).id + 1;
  const named = users.enrol({ id: free }, 0);
  expect(users.enrol({ id: free }, 1)).toBe(named);
  expect(users.enrol({}, 1).id).toBe(free + 1);
  expect(users.find(String(free))).toBe(named);
  expect(users.find(`0${free}`)).toBeUndefined();
});

test('a removed user is gone, and their phone number is free', () => {
  const users = createUsers();
  const gone = users.enrol({ cellphone: '5550100' }, 0);
  users.remove(gone);
  expect(users.find(String(gone.id))).toBeUndefined();
  expect(users.enrol({ cellphone: '5550100' }, 1)).not.toBe(gone);
});

test('every user has an app seed of their own', () => {
  const users = createUsers();
  const secrets = Array.from({ length: 20 }, () => users.enrol({}, 0).app.secret);
  expect(new Set(secrets).size).toBe(20);
});
