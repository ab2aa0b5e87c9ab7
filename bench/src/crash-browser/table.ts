/** The crashes of tabs as tables, and what they show. */
import type { Counted, Doing } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  runs: Record<'ours' | 'removes-first' | 'forgets-steps', number>;
  ours: Counted;
  'removes-first': Counted;
  'forgets-steps': Counted;
}

/** `INVALID` where a control got away, or tabs did not die everywhere: then it shows nothing. */
export function verdict(measured: Measured): 'green' | 'red' | 'INVALID' {
  const { ours } = measured;
  if (measured['removes-first'].lost === 0 || measured['forgets-steps'].twice === 0)
    return 'INVALID';
  // To open the store that is there takes hardly a step.
  const { typing, draining } = ours.deaths;
  const places = [...Object.values(typing), ...Object.values(draining)];
  if (places.some((deaths) => deaths === 0) || ours.told === 0) return 'INVALID';
  const { lost, twice, open, alarms, contradicted, digits } = ours;
  return lost + twice + open + alarms + contradicted + digits === 0 ? 'green' : 'red';
}

export function crashBrowserTable(measured: Measured): string {
  const named = [
    ['Ours', 'ours'],
    ['Control: evidence removed before it is sent', 'removes-first'],
    ['Control: used steps forgotten after each crash', 'forgets-steps'],
  ] as const;
  return [
    '| | Runs | Tabs that died | Acceptances told | Lost | Accepted twice | Wrong codes accepted | Right ones revoked | False alarms | Digits left |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...named.map(([name, key]) => {
      const { deaths, told, lost, twice, open, contradicted, alarms, digits } = measured[key];
      const died = Object.values(deaths).flatMap((steps) => Object.values(steps));
      const counts = [sum(died), told, lost, twice, open, contradicted, alarms, digits];
      return row([name, measured.runs[key], ...counts]);
    }),
    '',
    `Verdict: ${verdict(measured)}; seed ${measured.seed}.`,
  ].join('\n');
}

const DOING: Record<Doing, string> = {
  opening: 'The store was opened',
  typing: 'A code was verified and its decision enqueued',
  draining: 'It drained and settled',
};

export function deathsTable({ ours: { deaths } }: Measured): string {
  return [
    '| Tabs that died while | at a record read or written | right after a commit | before a request | with its answer there |',
    '|---|---|---|---|---|',
    ...(Object.keys(DOING) as Doing[]).map((doing) => {
      const { record, commit, request, answer } = deaths[doing];
      return row([DOING[doing], record, commit, request, answer]);
    }),
  ].join('\n');
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
