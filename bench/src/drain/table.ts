/** The drain run as tables, and what it shows. */
import type { Drained } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  tabs: number;
  /** The share of requests, and of answers, that a bad line loses. */
  share: number;
  bad: Record<'ours' | 'removing first' | 'renaming', Drained>;
  /** A good line: rounds, in each of which everybody drained once. */
  good: Record<'ours' | 'ours with locks' | 'bare', Drained>[];
}

/** `INVALID` where a control lost nothing or did nothing twice: then neither is shown of ours. */
export function verdict({ bad, good }: Measured): 'green' | 'red' | 'INVALID' {
  const { ours } = bad;
  if (bad['removing first'].lost === 0 || bad.renaming.twice === 0) return 'INVALID';
  if (ours.repeats === 0) return 'INVALID';
  const all = [ours, ...good.flatMap((round) => [round.ours, round['ours with locks']])];
  return all.every(isExactlyOnce) ? 'green' : 'red';
}

export function isExactlyOnce({ lost, twice, left }: Drained): boolean {
  return lost === 0 && twice === 0 && left === 0;
}

export function exactlyOnceTable(measured: Measured): string {
  const { bad, share, seed, tabs } = measured;
  const named = [
    ['Ours, without locks', bad.ours],
    ['Control: removes rows before they are told', bad['removing first']],
    ['Control: names a row anew for each try', bad.renaming],
  ] as const;
  return [
    '| Outbox | Rows | Lost | Taken twice | Left | Told again, and known |',
    '|---|---|---|---|---|---|',
    ...named.map(([name, of]) => row([name, of.rows, of.lost, of.twice, of.left, of.repeats])),
    '',
    `${tabs} tabs; ${share * 100} % of requests and as many answers lost. Verdict: ${verdict(measured)}; seed ${seed}.`,
  ].join('\n');
}

export function drainTable({ good, tabs }: Measured): string {
  const named = [
    ['Bare `fetch` of the same batches', 'bare'],
    [`Ours, ${tabs} tabs without locks`, 'ours'],
    [`Ours, ${tabs} tabs with locks`, 'ours with locks'],
  ] as const;
  return [
    '| | Requests for 100 rows | Time for a row, in units of bare `fetch` |',
    '|---|---|---|',
    ...named.map(([name, key]) => {
      const requests = median(good.map((one) => (one[key].requests / one[key].rows) * 100));
      const ratio = median(good.map((one) => one[key].ms / one.bare.ms));
      return row([name, requests.toFixed(2), ratio.toFixed(2)]);
    }),
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
