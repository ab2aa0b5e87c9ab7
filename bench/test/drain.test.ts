// A slice of the drain run: five tabs on a line that loses one thing in five.
import { expect, it } from 'vitest';
import { type Drained, drainOnce } from '../src/drain/run.js';
import { isExactlyOnce, type Measured, verdict } from '../src/drain/table.js';

const PLAN = { accounts: 12, each: 20, tabs: 5, faults: { share: 0.2, seed: 3 } };

it.each(['ours', 'ours with locks'] as const)(
  'five tabs tell each row once: %s',
  async (subject) => {
    const { ms: _, requests, ...drained } = await drainOnce(subject, PLAN);
    const { repeats } = drained;
    expect(drained).toStrictEqual({ rows: 240, lost: 0, twice: 0, left: 0, repeats });
    expect(requests).toBeGreaterThan(24);
    if (subject === 'ours') expect(repeats).toBeGreaterThan(0);
  },
);

it('a queue that removes before it tells loses rows', async () => {
  expect((await drainOnce('removing first', PLAN)).lost).toBeGreaterThan(0);
});

it('a queue that names a row anew for each try has it taken twice', async () => {
  expect((await drainOnce('renaming', PLAN)).twice).toBeGreaterThan(0);
});

it('is green only where its controls are not', () => {
  const whole: Drained = { rows: 9, lost: 0, twice: 0, left: 0, repeats: 1, requests: 1, ms: 1 };
  const of = (bad: object, good: object = {}): Measured => ({
    ...{ seed: 1, tabs: 5, share: 0.1 },
    bad: {
      ours: whole,
      'removing first': { ...whole, lost: 1 },
      renaming: { ...whole, twice: 1 },
      ...bad,
    },
    good: [{ bare: whole, ours: { ...whole, ...good }, 'ours with locks': whole }],
  });
  expect(verdict(of({}))).toBe('green');
  expect(verdict(of({ 'removing first': whole }))).toBe('INVALID');
  expect(verdict(of({ renaming: whole }))).toBe('INVALID');
  expect(verdict(of({ ours: { ...whole, repeats: 0 } }))).toBe('INVALID');
  for (const wrong of [{ lost: 1 }, { twice: 1 }, { left: 1 }]) {
    expect(isExactlyOnce({ ...whole, ...wrong })).toBe(false);
    expect(verdict(of({ ours: { ...whole, ...wrong } }))).toBe('red');
    expect(verdict(of({}, wrong))).toBe('red');
  }
});
