/** The speed run in words: libraries beside ours, and what was aimed at. */
import type { Algorithm } from '@driftlock/totp-core';

export interface SpeedResults {
  rounds: number;
  versions: Record<string, string>;
  cells: {
    algorithm: Algorithm;
    cell: string;
    libraries: { name: string; nanoseconds: number; ofOurs: number; ofFloor: number }[];
  }[];
  /** By the place of the match in a window of three steps each way, nanoseconds. */
  spread: { name: string; spread: number; positions: Record<string, number> }[];
  firstCode: number;
  nobleAfterUs: number;
}

const TITLE = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' } as const;

/** Every library in units of ours in the same cell. */
export function speedTable(results: SpeedResults): string {
  return (['SHA1', 'SHA256', 'SHA512'] as const)
    .map((algorithm) => {
      const cells = results.cells.filter((cell) => cell.algorithm === algorithm);
      const names = [...new Set(cells.flatMap((cell) => cell.libraries.map(({ name }) => name)))];
      const rows = names.map((name) => [label(results, name), ...cells.map((c) => show(c, name))]);
      return table([TITLE[algorithm], ...cells.map(({ cell }) => cell)], rows);
    })
    .join('\n\n');
}

/** What was aimed at, and what it came to. */
export function targetsTable(results: SpeedResults): string {
  const perCode = (['SHA1', 'SHA256', 'SHA512'] as const).map((algorithm) => {
    const ratio = find(results, algorithm, '±10 wrong', 'driftlock').ofFloor;
    return [`a code of a 21-step scan, ${TITLE[algorithm]}`, '≤ 1.15 × floor', times(ratio)];
  });
  const beside = (name: string) => times(find(results, 'SHA1', '±1 wrong', name).ofOurs);
  return table(
    ['', 'aimed at', 'measured'],
    [
      ...perCode,
      ['otpauth (Node), ±1 wrong, SHA-1', '≥ 3.5 × ours', beside('otpauth (Node)')],
      ['otplib, ±1 wrong, SHA-1', '≥ 12 × ours', beside('otplib')],
      ...results.spread.map(({ name, spread }) => [
        `${name}: latency by place of the match, ±3`,
        name === 'driftlock' ? '≤ 8 % of the median' : '',
        `${(100 * spread).toFixed(1)} %`,
      ]),
      ["first code of a process, in noble's hmac() of another", '', times(results.firstCode)],
      ["noble's hmac() after us, in the same without us", '1', times(results.nobleAfterUs)],
    ],
  );
}

function find(results: SpeedResults, algorithm: Algorithm, cell: string, name: string) {
  const found = results.cells.find((one) => one.algorithm === algorithm && one.cell === cell);
  return found!.libraries.find((library) => library.name === name)!;
}

function show(cell: SpeedResults['cells'][number], name: string): string {
  const library = cell.libraries.find((one) => one.name === name);
  if (!library) return '';
  const { ofOurs, nanoseconds } = library;
  return name === 'driftlock' ? `1 (${(nanoseconds / 1000).toFixed(2)} µs)` : times(ofOurs);
}

function label({ versions }: SpeedResults, name: string): string {
  const version = versions[name.replace(/ \(.*/, '')];
  return version ? `${name} ${version}` : name;
}

function times(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
