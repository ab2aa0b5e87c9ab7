// A slice of the crashes beside peers: what each of them loses, and when the run shows something.
import { expect, it, vi } from 'vitest';
import { Mortal } from '../src/crash-browser/mortal.js';
import {
  type Counted,
  nowhere,
  peerRun,
  peerRuns,
  SUBJECTS,
  type Subject,
} from '../src/crash-peers/run.js';
import { crashPeersTable, lossesTable, type Measured, verdict } from '../src/crash-peers/table.js';
import { dice } from '../src/drain/dice.js';

// Dexie says so where a tab died while it opened the store.
vi.spyOn(console, 'warn').mockReturnValue();

it('ours loses nothing, takes nothing twice and keeps the order', async () => {
  const { deaths, told, refused, again, ...wrong } = await peerRuns('ours', {
    runs: 8,
    seed: 1,
  });
  expect(wrong).toStrictEqual({ lost: nowhere(), stuck: 0, twice: 0, late: 0 });
  expect(told).toBeGreaterThan(16);
  expect(died(deaths)).toBeGreaterThan(12);
});

it.each(Object.keys(SUBJECTS) as Subject[])(
  '%s loses, repeats and turns round nothing where nobody dies and the line is only down',
  async (subject) => {
    const device = await SUBJECTS[subject](dice(1));
    const told: (string | undefined)[] = [];
    device.line = 'down';
    for (let pages = 0; pages < 2; pages++) {
      const tab = await device.open(new Mortal());
      for (let n = 0; n < 2; n++) told.push(await tab.keep());
      // The control has thrown away by then what it could not send.
      if (subject !== 'removes-first') await tab.drain();
      await tab.close();
    }
    expect(await device.kept()).toHaveLength(4);
    device.line = 'up';
    const tab = await device.open(new Mortal());
    await tab.drain();
    await tab.close();
    expect(device.arrived).toStrictEqual(told.map((id) => ({ id, took: true })));
  },
);

/** Whether one of at most a hundred histories shows it: they differ in what runs at the same time. */
async function shows(subject: Subject, seen: (counted: Counted) => boolean): Promise<boolean> {
  for (let seed = 1; seed <= 100; seed++) {
    if (seen(await peerRun(subject, seed))) return true;
  }
  return false;
}

it('evidence that is removed before it is sent is found lost', async () => {
  expect(await shows('removes-first', ({ lost }) => died(lost) > 0)).toBe(true);
});

it('a replay of Workbox that a 503 answers loses its row, and nobody died', async () => {
  expect(await shows('workbox', ({ lost }) => lost.draining.alive > 0)).toBe(true);
});

it('a worker that dies in a replay loses its row, whatever becomes of a 503', async () => {
  const seen = ({ lost }: Counted) => died({ ...lost, draining: dying(lost.draining) }) > 0;
  expect(await shows('workbox-checked', seen)).toBe(true);
});

it('a page that dies while it sends a paused mutation loses it, saved as it was', async () => {
  const seen = ({ lost: { opening, draining } }: Counted) =>
    died({ opening: dying(opening), draining: dying(draining) }) > 0;
  expect(await shows('tanstack-saved', seen)).toBe(true);
});

it('is green only where its control is not, and where each was put to it', () => {
  const red = { ...whole, lost: at({ alive: 1 }) };
  const of = (more: Partial<Measured['counted']>): Measured => ({
    ...{ seed: 7, runs: 1 },
    counted: { ...everybody, 'removes-first': red, ...more },
  });
  expect(verdict(of({}))).toBe('green');
  expect(verdict(of({ 'removes-first': whole }))).toBe('INVALID');
  expect(verdict(of({ workbox: { ...whole, told: 0 } }))).toBe('INVALID');
  expect(verdict(of({ tanstack: { ...whole, deaths: nowhere() } }))).toBe('INVALID');
  expect(verdict(of({ tanstack: { ...whole, lost: at({ request: 3 }) } }))).toBe('green');
  expect(verdict(of({ ours: red }))).toBe('red');
  for (const name of ['stuck', 'twice', 'late'] as const) {
    expect(verdict(of({ ours: { ...whole, [name]: 1 } })), name).toBe('red');
  }
});

it('is told in a row for each', () => {
  const lost = { ...nowhere(), ...at({ record: 1, commit: 2, request: 3, answer: 4, alive: 5 }) };
  lost.keeping.commit = 6;
  lost.opening.request = 7;
  const measured = { seed: 7, runs: 1, counted: { ...everybody, workbox: { ...whole, lost } } };
  expect(crashPeersTable(measured).split('\n')[3]).toBe(
    '| Workbox, as its documentation shows it | 8 | 9 | 1 | 28 | 0 | 2 | 0 | 0 |',
  );
  expect(lossesTable(measured).split('\n')[3]).toBe(
    '| Workbox, as its documentation shows it | 5 | 7 | 6 | 1 | 2 | 3 | 4 |',
  );
});

function at(draining: Partial<Counted['lost']['draining']>): Counted['lost'] {
  const none = nowhere();
  return { ...none, draining: { ...none.draining, ...draining } };
}

const one = { record: 1, commit: 1, request: 1, answer: 1, alive: 0 };
const whole: Counted = {
  deaths: { ...nowhere(), keeping: one, draining: one },
  ...{ told: 9, refused: 1, lost: nowhere(), stuck: 0, again: 2, twice: 0, late: 0 },
};
const everybody: Measured['counted'] = {
  ...{ ours: whole, workbox: whole, 'workbox-checked': whole },
  ...{ tanstack: whole, 'tanstack-saved': whole, 'removes-first': whole },
};

function died(places: Partial<Counted['deaths']>): number {
  return Object.values(places)
    .flatMap((steps) => Object.values(steps))
    .reduce((all, each) => all + each, 0);
}

function dying(steps: Counted['lost']['opening']): Counted['lost']['opening'] {
  return { ...steps, alive: 0 };
}
