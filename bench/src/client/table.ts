/** The client run in words: each client beside a bare fetch. */
import type { Measured } from './calls.js';
import { FLOOR } from './subjects.js';

export interface ClientResults {
  rounds: number;
  versions: Record<string, string>;
  cells: { cell: string; clients: Measured[] }[];
  /** The first call of a process, loading included, of that of a process with bare fetch. */
  first: { name: string; milliseconds: number; ofFetch: number }[];
  /** That 100 calls of one process open. */
  connections: Record<string, number>;
}

export function clientTable({ versions, cells, first, connections }: ClientResults): string {
  const rows = first.map(({ name, ofFetch }) => {
    const label = versions[name] ? `${name} ${versions[name]}` : name;
    const calls = cells.map(({ clients }) => besideFetch(clients, name));
    return [label, ...calls, times(ofFetch), String(connections[name])];
  });
  const head = ['', ...cells.map(({ cell }) => cell), 'first of a process', 'connections for 100'];
  const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function besideFetch(clients: readonly Measured[], name: string): string {
  const { nanoseconds } = clients.find((one) => one.name === FLOOR)!;
  const { ofFetch, added } = clients.find((one) => one.name === name)!;
  if (name === FLOOR) return '1';
  const share = added / nanoseconds;
  return `${times(ofFetch)} (${share < 0 ? '−' : '+'}${times(Math.abs(share))})`;
}

const times = (ratio: number): string => (ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2));
