/** Ours and its peers under the same crashes, as tables, and what they show. */
import type { Counted, Doing, Subject, Where } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  runs: number;
  counted: Record<Subject, Counted>;
}

const NAMES: Record<Subject, string> = {
  ours: 'Ours',
  workbox: 'Workbox, as its documentation shows it',
  'workbox-checked': 'Workbox, its replay taking a 5xx for a failure',
  tanstack: 'TanStack Query, told as a row pauses',
  'tanstack-saved': 'TanStack Query, told once it was saved',
  'removes-first': 'Control: ours, evidence removed before it is sent',
};

/** `INVALID` where the control got away, or one of them was not put to it: then it shows nothing. */
export function verdict({ counted }: Measured): 'green' | 'red' | 'INVALID' {
  if (total(counted['removes-first'].lost) === 0) return 'INVALID';
  if (Object.values(counted).some((one) => !putToIt(one))) return 'INVALID';
  const { lost, stuck, twice, late } = counted.ours;
  return total(lost) + stuck + twice + late === 0 ? 'green' : 'red';
}

/** Whether its tabs died both at keeping and at draining, and at each kind of step. */
function putToIt({ deaths: { keeping, draining }, told }: Counted): boolean {
  const dead = (where: Where) => keeping[where] + draining[where] > 0;
  const everywhere = (['record', 'commit', 'request', 'answer'] as const).every(dead);
  return told > 0 && everywhere && sum(keeping) > 0 && sum(draining) > 0;
}

export function crashPeersTable(measured: Measured): string {
  const { seed, runs, counted } = measured;
  return [
    '| | Tabs that died | Rows told safe | Told they are not | Lost | Never sent | Arrived again | Taken twice | Out of order |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...each(counted, ({ deaths, told, refused, lost, stuck, again, twice, late }) => {
      return [total(deaths), told, refused, total(lost), stuck, again, twice, late];
    }),
    '',
    `${runs} runs of each. Verdict: ${verdict(measured)}; seed ${seed}.`,
  ].join('\n');
}

/** Which step loses what. */
export function lossesTable({ counted }: Measured): string {
  return [
    '| Rows lost as | nobody died | a tab died while it opened | while it kept a row | while it drained: at a record | right after a commit | before a request | with the answer there |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...each(counted, ({ lost: { opening, keeping, draining } }) => {
      const alive = opening.alive + keeping.alive + draining.alive;
      const { record, commit, request, answer } = draining;
      const died = [sum(opening) - opening.alive, sum(keeping) - keeping.alive];
      return [alive, ...died, record, commit, request, answer];
    }),
  ].join('\n');
}

function each(counted: Measured['counted'], cells: (of: Counted) => readonly number[]): string[] {
  return (Object.keys(NAMES) as Subject[]).map((subject) => {
    return `| ${[NAMES[subject], ...cells(counted[subject])].join(' | ')} |`;
  });
}

function total(places: Record<Doing, Record<Where, number>>): number {
  return Object.values(places).reduce((all, each) => all + sum(each), 0);
}

function sum(steps: Record<Where, number>): number {
  return Object.values(steps).reduce((all, one) => all + one, 0);
}
