// A slice of the enqueue run: a few adds of each in one page, and how their shares are told.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { enqueues } from '../src/enqueue/run.js';
import { enqueueTable, type Measured, verdict } from '../src/enqueue/table.js';

if (!existsSync(new URL('../dist/enqueue/page.js', import.meta.url))) {
  throw new Error('these tests load the built page: build first');
}

it('an engine enqueues beside its floor', async ({ skip }) => {
  const plan = { rounds: 4, adds: 3, warmUp: 1 };
  const enqueued = await enqueues('chromium', plan);
  if (!enqueued) {
    if (process.env.CI === 'true') throw new Error("chromium can't be had on this machine");
    return skip('chromium is not on this machine: nothing was enqueued');
  }
  const { share, floor, ...told } = enqueued;
  expect(told).toMatchObject({ engine: 'Chromium', plan });
  expect(share.low).toBeGreaterThan(0);
  expect(share.low).toBeLessThanOrEqual(share.median);
  expect(share.median).toBeLessThanOrEqual(share.high);
  expect(floor).toBeGreaterThan(0);
});

it('meets its aim only where every engine does', () => {
  const of = (median: number) => ({
    ...{ engine: 'Chromium', version: '1.2', plan: { rounds: 9, adds: 5, warmUp: 1 }, floor: 2.5 },
    share: { low: 0.6, median, high: 0.912 },
  });
  const measured = (...medians: number[]): Measured => ({ engines: medians.map(of) });
  expect([verdict(measured(0.7, 0.9)), verdict(measured(0.9, 0.69))]).toStrictEqual([
    ...['met', 'missed'],
  ]);
  expect(enqueueTable(measured(0.7))).toBe(
    [
      '| Engine | Rounds | Of the floor’s speed | Middle half of the rounds | The floor |',
      '|---|---:|---:|---:|---:|',
      '| Chromium 1.2 | 9 of 5 | 70 % | 60 % to 91 % | 2.50 ms |',
      '',
      'Aim: 70 % in each engine; met.',
    ].join('\n'),
  );
});
