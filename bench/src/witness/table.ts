/** The witness run as a table: a row for each round trip, a column for each number of probes. */
import type { Cell } from './simulate.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  cells: Cell[];
}

export function witnessTable({ seed, cells }: Measured): string {
  const columns = [...new Set(cells.map(({ probes }) => probes))];
  const rows = [...new Set(cells.map(({ roundTrip }) => roundTrip))].map((roundTrip) => {
    const row = columns.map((probes) =>
      show(cells.find((cell) => cell.roundTrip === roundTrip && cell.probes === probes)),
    );
    return `| ${[`${roundTrip} ms`, ...row].join(' | ')} |`;
  });
  const head = columns.map((probes) => (probes === 1 ? '1 probe' : `${probes} probes`));
  const [trials, covered] = [total(cells, 'trials'), total(cells, 'covered')];
  return [
    `| Round trip | ${head.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...rows,
    '',
    `The true offset lay inside in ${covered} of ${trials} trials; seed ${seed}.`,
  ].join('\n');
}

function show(cell: Cell | undefined): string {
  return cell ? `${cell.median.toFixed(2)} / ${cell.p95.toFixed(2)}` : '';
}

function total(cells: readonly Cell[], what: 'trials' | 'covered'): number {
  return cells.reduce((sum, cell) => sum + cell[what], 0);
}
