import { expect, test } from 'vitest';
import { measureHorizon } from '../src/horizon/measure.js';
import { horizonTable } from '../src/horizon/table.js';

test('a pack is timed, and what it costs stands beside what one code of it costs', async () => {
  const measured = await measureHorizon({ iterations: 1000, packs: 3, cores: 1 });
  expect(measured).toStrictEqual({
    ...{ iterations: 1000, hours: 12, hashes: 1441, codes: 1_000_000 },
    seconds: expect.any(Number),
  });
  expect(measured.seconds).toBeGreaterThan(0);
});

test('the table counts hashes, and time on one core', () => {
  const measured = { iterations: 600_000, hours: 12, hashes: 1441, codes: 1_000_000, seconds: 0.1 };
  expect(horizonTable(measured).split('\n')).toStrictEqual([
    '| 600,000 iterations |  | hashes | on one core | of a pack |',
    '| --- | --- | --- | --- | --- |',
    '| a pack | 12 h of 30 s codes | 1,441 | 2 min | 1 |',
    '| one code of it | all of 6 digits tried | 1,000,000 | 28 h | 694 |',
    '| the same | on one graphics card of 2022 | 1,000,000 | 67 s |  |',
  ]);
});
