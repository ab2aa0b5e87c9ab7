/** The whole of it, and what it was meant to come to. */
import { type Cell, type Look, simulate } from './cell.js';
import { type Forecast, forecasts } from './forecasts.js';
import { type Ratchet, ratchet } from './ratchet.js';
import { SCENARIOS } from './scenarios.js';

export interface Plan {
  seed: number;
  trials: number;
}

export interface Measured extends Plan {
  cells: Cell[];
  forecasts: Forecast[];
  ratchet: Ratchet[];
}

export function run(plan: Plan): Measured {
  const cells = SCENARIOS.map((scenario, i) =>
    simulate(scenario, { trials: plan.trials, seed: plan.seed + i }),
  );
  return { ...plan, cells, forecasts: forecasts(plan), ratchet: ratchet() };
}

/** Steps of 30 s. */
const [DAILY, TOTAL] = [2 * 30, 10 * 30];

/** Every target missed and every control that did not fire, in words. */
export function missed({ cells, ratchet: walked }: Measured): string[] {
  const of = (...kinds: Cell['kind'][]): Cell[] => cells.filter(({ kind }) => kinds.includes(kind));
  const allowed = of('research', 'default', 'law');
  const strained = of('strained');
  const [ours, unlimited] = walked as [Ratchet, Ratchet];
  const claims: [claim: string, holds: boolean][] = [
    ...['B: typing', 'typing'].flatMap((name): [string, boolean][] => [
      [`${name}: median ≤ 3.5 s after 8`, after(cells, name, 8).ours.median <= 3.5],
      [`${name}: p95 ≤ 8 s after 8`, after(cells, name, 8).ours.p95 <= 8],
    ]),
    ['autofill: p95 ≤ 12 s after 8', after(cells, 'autofill', 8).ours.p95 <= 12],
    ...of('law').flatMap(({ name }): [string, boolean][] => [
      [`${name}: median ≤ 5 s after 8`, after(cells, name, 8).ours.median <= 5],
      [`${name}: p95 ≤ 12 s after 8`, after(cells, name, 8).ours.p95 <= 12],
    ]),
    ...allowed.flatMap(({ name, looks }): [string, boolean][] => [
      [`${name}: p95 falls from 8 to 32`, falls(cells, name)],
      [`${name}: covered ≥ 99.9 %`, looks.every(({ covered }) => covered >= 0.999)],
    ]),
    ...strained.map(({ name, looks }): [string, boolean] => [
      `${name}: covered or unstable ≥ 99 %`,
      looks.every(({ wrong }) => wrong <= 0.01),
    ]),
    [
      'control: the plain intersection is silently wrong in 10 % and more',
      after(cells, 'delays to 60 s', 4).plainWrong >= 0.1,
    ],
    ['codes from outside the window move nothing', ours.older === 0 && ours.consecutive === 0],
    ['the edge moves ≤ 2 steps a day', ours.edge.day <= DAILY],
    ['the edge moves ≤ 10 steps in all', ours.edge.all <= TOTAL],
    ['control: without limits more a day', unlimited.edge.day > DAILY],
    ['control: without limits more in all', unlimited.edge.all > TOTAL],
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => claim);
}

function falls(cells: readonly Cell[], name: string): boolean {
  return after(cells, name, 32).ours.p95 < after(cells, name, 8).ours.p95;
}

/** What a scenario looks like after so many logins. */
export function after(cells: readonly Cell[], name: string, logins: number): Look {
  return cells.find((cell) => cell.name === name)!.looks.find((look) => look.logins === logins)!;
}
