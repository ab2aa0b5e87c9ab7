import { expect, it } from 'vitest';
import { createSessions } from '../../src/tour/sessions.js';

it('a session lasts until it is ended, and no other ends with it', () => {
  const sessions = createSessions();
  sessions.begin('one');
  sessions.begin('two');
  sessions.end('one');
  expect([sessions.has('one'), sessions.has('two'), sessions.has('three')]).toStrictEqual([
    false,
    true,
    false,
  ]);
});

it('a session revoked before anybody heard of it never begins', () => {
  const sessions = createSessions();
  sessions.end('one');
  sessions.begin('one');
  expect(sessions.has('one')).toBe(false);
});
