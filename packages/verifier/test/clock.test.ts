import type { ClockRecord } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { createClock } from '../src/clock.js';
import { AT } from './stage.js';

function disk(): {
  load(): Promise<ClockRecord | undefined>;
  save(record: ClockRecord): Promise<void>;
  saves: ClockRecord[];
} {
  const saves: ClockRecord[] = [];
  return {
    saves,
    load: async () => saves.at(-1),
    save: async (record) => void saves.push(structuredClone(record)),
  };
}

test('a clock nobody vouched for is unknown, and safe once somebody has', async () => {
  const clock = createClock({ now: () => AT });
  expect(await clock.read()).toStrictEqual({ at: AT, state: 'unknown' });
  await clock.witness({ min: AT - 400, max: AT + 600 });
  expect(await clock.read()).toStrictEqual({ at: AT, state: 'safe' });
});

test('a witness that disagrees makes it unsafe, an operator safe', async () => {
  const clock = createClock({ now: () => AT });
  await clock.witness({ min: AT + 600_000, max: AT + 601_000 });
  expect((await clock.read()).state).toBe('unsafe');
  await clock.trust();
  expect((await clock.read()).state).toBe('safe');
});

test('falling against the monotonic clock is noticed within a process', async () => {
  const machine = { wall: AT, steady: 0 };
  const clock = createClock({ now: () => machine.wall, monotonic: () => machine.steady });
  await clock.trust();
  machine.steady += 60_000;
  machine.wall += 50_000;
  expect((await clock.read()).state).toBe('unsafe');
});

test('a clock set back while nothing ran is noticed by the next process', async () => {
  const store = disk();
  let now = AT;
  const first = createClock({ now: () => now, store });
  await first.trust();
  now += 600_000;
  await first.read();
  now -= 120_000;
  const second = createClock({ now: () => now, store });
  expect((await second.read()).state).toBe('unsafe');
  now += 300_000;
  const third = createClock({ now: () => now, store });
  expect((await third.read()).state).toBe('unsafe');
});

test('the newest time seen is saved by the second, not by the reading', async () => {
  const store = disk();
  let now = AT;
  const clock = createClock({ now: () => now, store });
  for (let n = 0; n < 30; n++) {
    await clock.read();
    now += 100;
  }
  expect(store.saves.length).toBeGreaterThan(1);
  expect(store.saves.length).toBeLessThan(5);
  expect(AT + 2900 - (store.saves.at(-1)?.newest ?? 0)).toBeLessThan(1000);
});

test('a store that can’t be read or written is no clock', async () => {
  const full = { ...disk(), save: async () => Promise.reject(new Error('full')) };
  await expect(createClock({ now: () => AT, store: full }).read()).rejects.toThrow('full');
  const gone = { ...disk(), load: async () => Promise.reject(new Error('gone')) };
  await expect(createClock({ now: () => AT, store: gone }).read()).rejects.toThrow('gone');
});

test('readings that come at once are taken one after the other', async () => {
  const store = disk();
  const clock = createClock({ now: () => AT, store });
  await Promise.all(Array.from({ length: 10 }, () => clock.read()));
  expect(store.saves).toHaveLength(1);
});
