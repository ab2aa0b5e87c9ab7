// A slice of the run of cut-off pages, with its control, and when the run shows something.

import { existsSync } from 'node:fs';
import { runtimeNamed } from '@driftlock/conformance/runtimes';
import { expect, it } from 'vitest';
import { type Crashes, crashes } from '../src/crash-page/run.js';
import { crashPageTable, type Measured, verdict } from '../src/crash-page/table.js';

if (!existsSync(new URL('../dist/crash-page/page.js', import.meta.url))) {
  throw new Error('these tests load the built page: build first');
}

const NOTHING = {
  ...{ lost: 0, acceptedAgain: 0, failedOpen: 0, untold: 0, digitsKept: 0, askedTwice: 0 },
};

it('a page that ends at work undoes nothing it told, and a control does', async ({ skip }) => {
  if (runtimeNamed('chromium').version() === undefined) {
    if (process.env.CI === 'true') throw new Error("chromium can't be had on this machine");
    return skip('chromium is not on this machine: no page was ended');
  }
  const outbox = await crashes({ subject: 'outbox', rounds: 8, seed: 5 });
  expect(outbox).toMatchObject({ rounds: 8, ...NOTHING });
  expect(outbox.told).toBeGreaterThan(0);
  const removing = await crashes({ subject: 'removing', rounds: 6, seed: 5 });
  expect(removing.lost).toBeGreaterThan(0);
});

const whole: Crashes = {
  ...{ rounds: 9, told: 20, ...NOTHING, settlements: { confirmed: 20 } },
  phases: { verifying: 3, asking: 2, settling: 2, done: 2 },
};
const measured = (outbox: Partial<Crashes>, removing: Partial<Crashes>): Measured => ({
  ...{ seed: 7, chromium: '1.2', outbox: { ...whole, ...outbox } },
  removing: { ...whole, ...removing },
});

it('is green only where the control is not', () => {
  const red = { lost: 4 };
  expect(verdict(measured({}, red))).toBe('green');
  expect(verdict(measured({}, {}))).toBe('INVALID');
  expect(verdict(measured({ told: 0 }, red))).toBe('INVALID');
  expect(verdict(measured({ phases: { ...whole.phases, asking: 0 } }, red))).toBe('INVALID');
  for (const what of Object.keys(NOTHING)) {
    expect(verdict(measured({ [what]: 1 }, red)), what).toBe('red');
  }
});

it('is told in a row for each subject', () => {
  expect(
    crashPageTable(measured({}, { lost: 4 }))
      .split('\n')
      .slice(2),
  ).toStrictEqual([
    '| The outbox | 9 | 3, 2, 2, 2 | 20 | 0 | 0 | 0 | 0 | 0 | 0 |',
    '| Control: removes before it sends | 9 | 3, 2, 2, 2 | 20 | 4 | 0 | 0 | 0 | 0 | 0 |',
    '',
    'Verdict: green; Chromium 1.2, seed 7.',
  ]);
});
