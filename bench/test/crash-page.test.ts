// A slice of the run of cut-off pages, with its control, and when the run shows something.

import { existsSync } from 'node:fs';
import { runtimeNamed } from '@driftlock/conformance/runtimes';
import { expect, it } from 'vitest';
import type { Place } from '../src/crash-page/round.js';
import { type Crashes, crashes } from '../src/crash-page/run.js';
import { crashPageTable, type Measured, verdict } from '../src/crash-page/table.js';

if (!existsSync(new URL('../dist/crash-page/page.js', import.meta.url))) {
  throw new Error('these tests load the built page: build first');
}

const NOTHING = {
  ...{ lost: 0, acceptedAgain: 0, failedOpen: 0, untold: 0, digitsKept: 0, askedTwice: 0 },
};

const PLACES = ['page', 'worker', 'service-worker'] as const;

it.for(PLACES)(
  'a %s that ends at work undoes nothing it told, and a control does',
  async (place, { skip }) => {
    if (runtimeNamed('chromium').version() === undefined) {
      if (process.env.CI === 'true') throw new Error("chromium can't be had on this machine");
      return skip('chromium is not on this machine: nothing was ended');
    }
    const rounds = place === 'page' ? 8 : 4;
    const outbox = await crashes({ subject: 'outbox', place, rounds, seed: 5 });
    expect(outbox).toMatchObject({ rounds, ...NOTHING });
    expect(outbox.told).toBeGreaterThan(0);
    expect(await shows(place)).toBe(true);
  },
);

/** Whether the control loses something in one of at most 24 rounds: when they end is a matter of time too. */
async function shows(place: Place): Promise<boolean> {
  for (let seed = 5; seed < 11; seed++) {
    const { lost } = await crashes({ subject: 'removing', place, rounds: 4, seed });
    if (lost > 0) return true;
  }
  return false;
}

const whole: Crashes = {
  ...{ rounds: 9, told: 20, ...NOTHING, settlements: { confirmed: 20 } },
  phases: { verifying: 3, asking: 2, settling: 2, done: 2 },
};
const everywhere = { page: whole, worker: whole, 'service-worker': whole };
const red = { ...whole, lost: 4 };
const lossy = { page: red, worker: red, 'service-worker': red };
const measured = (
  outbox: Partial<Measured['outbox']>,
  removing: Partial<Measured['removing']>,
): Measured => ({
  ...{ seed: 7, chromium: '1.2', outbox: { ...everywhere, ...outbox } },
  removing: { ...lossy, ...removing },
});

it.each(PLACES)('is green only where the control is not, in a %s too', (place) => {
  const but = (more: Partial<Crashes>) => ({ [place]: { ...whole, ...more } });
  expect(verdict(measured({}, {}))).toBe('green');
  expect(verdict(measured({}, but({})))).toBe('INVALID');
  expect(verdict(measured(but({ told: 0 }), {}))).toBe('INVALID');
  expect(verdict(measured(but({ phases: { ...whole.phases, asking: 0 } }), {}))).toBe('INVALID');
  for (const what of Object.keys(NOTHING)) {
    expect(verdict(measured(but({ [what]: 1 }), {})), what).toBe('red');
  }
});

it('is told in a row for each subject', () => {
  expect(crashPageTable(measured({}, {})).split('\n').slice(2)).toStrictEqual([
    '| The outbox in a page | 9 | 3, 2, 2, 2 | 20 | 0 | 0 | 0 | 0 | 0 | 0 |',
    '| Control in a page: removes before it sends | 9 | 3, 2, 2, 2 | 20 | 4 | 0 | 0 | 0 | 0 | 0 |',
    '| The outbox in a dedicated worker | 9 | 3, 2, 2, 2 | 20 | 0 | 0 | 0 | 0 | 0 | 0 |',
    '| Control in a dedicated worker: removes before it sends | 9 | 3, 2, 2, 2 | 20 | 4 | 0 | 0 | 0 | 0 | 0 |',
    '| The outbox in a service worker | 9 | 3, 2, 2, 2 | 20 | 0 | 0 | 0 | 0 | 0 | 0 |',
    '| Control in a service worker: removes before it sends | 9 | 3, 2, 2, 2 | 20 | 4 | 0 | 0 | 0 | 0 | 0 |',
    '',
    'Verdict: green; Chromium 1.2, seed 7.',
  ]);
});
