// A slice of the crashes of tabs: thirty histories, and some of each control.
import { expect, it, vi } from 'vitest';
import {
  type Counted,
  crashRun,
  crashRuns,
  noDeaths,
  type Subject,
} from '../src/crash-browser/run.js';
import { type Measured, verdict } from '../src/crash-browser/table.js';

// Dexie says so where a tab died while it opened the store.
vi.spyOn(console, 'warn').mockReturnValue();

const NONE = { contradicted: 0, lost: 0, twice: 0, open: 0, alarms: 0, digits: 0 };

it('a tab that dies anywhere undoes nothing that somebody was told', async () => {
  const { deaths, told, confirmed, ...wrong } = await crashRuns('ours', { runs: 30, seed: 1 });
  expect(wrong).toStrictEqual(NONE);
  expect(told).toBeGreaterThan(30);
  expect(confirmed).toBeGreaterThan(0);
  const died = Object.values(deaths).flatMap((steps) => Object.values(steps));
  expect(died.reduce((all, one) => all + one, 0)).toBeGreaterThan(45);
});

/** Whether one of at most a hundred histories shows it: they differ in what runs at the same time. */
async function shows(subject: Subject, what: 'lost' | 'twice'): Promise<boolean> {
  for (let seed = 1; seed <= 100; seed++) {
    if ((await crashRun(subject, seed))[what] > 0) return true;
  }
  return false;
}

it('evidence that is removed before it is sent is found lost', async () => {
  expect(await shows('removes-first', 'lost')).toBe(true);
});

it('a device that forgets what it used is found to accept twice', async () => {
  expect(await shows('forgets-steps', 'twice')).toBe(true);
});

it('is green only where its controls are not, and where tabs died everywhere', () => {
  const deaths = noDeaths();
  for (const steps of Object.values(deaths)) {
    for (const step of Object.keys(steps) as (keyof typeof steps)[]) steps[step] = 1;
  }
  const whole: Counted = { deaths, told: 9, confirmed: 1, ...NONE };
  const of = (more: Partial<Measured>): Measured => ({
    ...{ seed: 1, runs: { ours: 1, 'removes-first': 1, 'forgets-steps': 1 }, ours: whole },
    'removes-first': { ...whole, lost: 1 },
    'forgets-steps': { ...whole, twice: 1 },
    ...more,
  });
  expect(verdict(of({}))).toBe('green');
  expect(verdict(of({ 'removes-first': whole }))).toBe('INVALID');
  expect(verdict(of({ 'forgets-steps': whole }))).toBe('INVALID');
  expect(verdict(of({ ours: { ...whole, deaths: noDeaths() } }))).toBe('INVALID');
  expect(verdict(of({ ours: { ...whole, told: 0 } }))).toBe('INVALID');
  for (const name of Object.keys(NONE)) {
    expect(verdict(of({ ours: { ...whole, [name]: 1 } }))).toBe('red');
  }
});
