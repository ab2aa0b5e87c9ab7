import { expect, test } from 'vitest';
import { createClock } from '../src/clock.js';
import { AT } from './stage.js';

test('a clock nobody vouched for is unknown, and safe once somebody has', async () => {
  const clock = createClock({ now: () => AT });
  expect(await clock.read()).toStrictEqual({ at: AT, state: 'unknown' });
  await clock.witness({ min: AT - 400, max: AT + 600 });
  expect(await clock.read()).toStrictEqual({ at: AT, state: 'safe' });
});

test('a witness that disagrees makes it unsafe, an operator safe', async () => {
  const clock = createClock({ now: () => AT });
  await clock.witness({ min: AT + 600_000, max: AT + 601_000 });
  expect(await clock.read()).toStrictEqual({ at: AT, state: 'unsafe', reason: 'off' });
  await clock.trust();
  expect((await clock.read()).state).toBe('safe');
});

test('falling against the monotonic clock is noticed within a process', async () => {
  const machine = { wall: AT, steady: 0 };
  const clock = createClock({ now: () => machine.wall, monotonic: () => machine.steady });
  await clock.trust();
  machine.steady += 60_000;
  machine.wall += 50_000;
  const at = AT + 50_000;
  expect(await clock.read()).toStrictEqual({ at, state: 'unsafe', reason: 'stepped' });
});
