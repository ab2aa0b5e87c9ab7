/** A slice of `npm run worker`: it answers, and the bundle stays within its budget. */
import { expect, test } from 'vitest';
import { ifInstalled } from '../src/race/servers/process.js';
import { measureWorker } from '../src/worker/measure.js';
import { BUDGET, workerTable } from '../src/worker/table.js';

test('the Worker’s bundle is within its budget, and both Workers answer', async ({ skip }) => {
  const measured = await ifInstalled(() => measureWorker({ rounds: 1 }));
  if (!measured) return skip('workerd is not installed');
  expect(measured).toStrictEqual({
    gzip: expect.any(Number),
    rounds: 1,
    coldStart: expect.any(Number),
    warm: expect.any(Number),
  });
  expect(measured.gzip).toBeGreaterThan(10_000);
  expect(measured.gzip).toBeLessThanOrEqual(BUDGET);
}, 120_000);

test('the table says kilobytes, and how much longer than nothing it takes', () => {
  const table = workerTable({ gzip: 99_940, rounds: 3, coldStart: 1.234, warm: 2 });
  expect(table.split('\n').slice(2)).toStrictEqual([
    '| bundle, minified and gzipped | 99.9 kB | ≤ 120 kB |',
    '| first answer, from the start of workerd | 1.23 × | an empty Worker’s |',
    '| second answer | 2.00 × | an empty Worker’s |',
  ]);
});
