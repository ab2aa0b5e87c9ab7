/** The tables of the diagnosis, from what a run measured. */
import { isTold, type Measured } from './run.js';
import type { Row, Tally } from './tally.js';

const VERDICTS = [
  'ok',
  'replayed',
  'stale',
  'future',
  'device-slow',
  'device-fast',
  'verifier-clock',
  'clock-stepped',
  'wrong-parameters',
  'unstable',
  'no-match',
  'malformed',
];

/** What was said of the first code, by itself. */
export function oneCodeTable({ wide }: Measured): string {
  return matrix(wide, 'first');
}

/** What was said of the second code, beside the first. */
export function twoCodesTable({ wide }: Measured): string {
  return matrix(wide, 'second');
}

function matrix(rows: readonly Row[], which: 'first' | 'second'): string {
  const seen = VERDICTS.filter((verdict) => rows.some((row) => row[which].verdicts[verdict]));
  return table(
    [`% of ${rows[0]?.trials} trials`, ...seen, 'right'],
    rows.map((row) => [
      row.name,
      ...seen.map((verdict) => percent(row[which].verdicts[verdict] ?? 0, row.trials)),
      right(row, which),
    ]),
  );
}

/** The same failures as the verifier itself explains them, five minutes each way and the time zones. */
export function nearTable({ near }: Measured): string {
  return table(
    [`% right of ${near[0]?.trials} trials`, 'one code', 'two codes', 'wrong and certain'],
    near.map((row) => [
      row.name,
      right(row, 'first'),
      right(row, 'second'),
      percent(row.second.wronglyCertain, row.trials),
    ]),
  );
}

export function knownTable({ known }: Measured): string {
  return table(
    [
      `% right of ${known[0]?.trials} trials`,
      'logins',
      'one code',
      'two codes',
      'two codes read as',
    ],
    known.map((row) => [
      row.name,
      String(row.logins),
      right(row, 'first'),
      right(row, 'second'),
      readAs(row.second, row.trials),
    ]),
  );
}

/** What one code can't tell apart: each failure with all that it is taken for. */
export function overlapTable({ wide, near }: Measured): string {
  const names = [
    'late code',
    'clock 1 to 2 minutes slow',
    'slow clock',
    'code made ahead',
    'fast clock',
  ];
  return table(
    ['one code', 'a clock up to 20 hours off', 'up to 5 minutes off'],
    names.map((name) => [
      name,
      ...[wide, near].map((rows) => {
        const row = rows.find((one) => one.name === name)!;
        return readAs(row.first, row.trials);
      }),
    ]),
  );
}

export function reliabilityTable({ reliability }: Measured): string {
  const mixes = Object.entries(reliability);
  const ends = mixes[0]![1].bins.map(({ upTo }) => upTo);
  return table(
    ['posterior up to', ...mixes.map(([name]) => `${name}: said, true (codes)`)],
    [
      ...ends.map((upTo, i) => [
        String(upTo),
        ...mixes.map(([, { bins }]) => {
          const { count, predicted, observed } = bins[i]!;
          return count === 0 ? '' : `${predicted.toFixed(3)}, ${observed.toFixed(3)} (${count})`;
        }),
      ]),
      ['calibration error', ...mixes.map(([, { error }]) => error.toFixed(4))],
    ],
  );
}

function right(row: Row, which: 'first' | 'second'): string {
  const share = percent(row[which].right, row.trials);
  return which === 'second' && isTold(row) ? `**${share}**` : share;
}

function readAs({ verdicts }: Tally, trials: number): string {
  return Object.entries(verdicts)
    .sort(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${verdict} ${percent(count, trials)}`)
    .join(', ');
}

function percent(count: number, of: number): string {
  return count === 0 ? '' : ((100 * count) / of).toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
