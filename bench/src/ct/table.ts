/** The tables of `pnpm ct`, from what it measured. */
import type { Mode } from './instructions.js';
import { medianOf } from './statistics.js';
import {
  apartBy,
  DIFFERS,
  delayOf,
  judge,
  medianT,
  type Report,
  smallestSeen,
  type Timed,
} from './verdict.js';

const HEADINGS: [Timed['kind'], string][] = [
  ['equal', 'Equal verdicts'],
  ['apart', 'Verdicts that differ'],
  ['null', 'One class twice'],
  ['control', 'Controls'],
  ['graded', 'Delays'],
  ['peer', 'Others, by matched step'],
];

/** Whether the run is valid, what it found, and the smallest difference it could have found. */
export function summary(report: Report): string {
  const { invalid, leaks } = judge(report);
  const equal = report.timed.filter((item) => item.kind === 'equal');
  const largest = Math.max(...equal.map(medianT)).toFixed(1);
  const lines = [
    invalid.length > 0
      ? `**INVALID**: ${invalid.join('; ')}.`
      : 'The run is valid: every control fired.',
    leaks.length > 0
      ? `**Told apart**: ${leaks.join('; ')}.`
      : 'No two classes of one verdict were told apart, by time or by work.',
    `The largest max\\|t\\| between classes of one verdict is ${largest}; ${DIFFERS} would tell them apart.`,
    smallest(report.timed),
  ];
  return lines.join('\n');
}

function smallest(timed: readonly Timed[]): string {
  const seen = smallestSeen(timed);
  if (!seen) return 'None of the delays was noticed.';
  const [run] = seen.runs.filter((one) => one.t === medianT(seen));
  const whole = medianOf(seen.runs.map((one) => one.median));
  const share = ((100 * delayOf(seen)) / whole).toFixed(2);
  const needed = Math.ceil((5 / run!.tau) ** 2).toLocaleString('en-US');
  return `The smallest delay noticed is ${delayOf(seen).toFixed(0)} ns, ${share} % of a call (tau ${run!.tau.toFixed(3)}: ${needed} samples would do).`;
}

/** max|t| of every pair of classes, by what it means. */
export function timingTable({ timed }: Report): string {
  const rows = HEADINGS.flatMap(([kind, heading]) => [
    `| **${heading}** | | | |`,
    ...timed.filter((item) => item.kind === kind).map(timingRow),
  ]);
  return ['| | Class 0 | Class 1 | max\\|t\\| of each run |', '|---|---|---|--:|', ...rows].join(
    '\n',
  );
}

function timingRow({ name, zero, one, runs }: Timed): string {
  const ts = runs.map((run) => run.t).toSorted((a, b) => a - b);
  const shown = ts.map((t) => (t < 100 ? t.toFixed(1) : t.toFixed(0)));
  return `| ${name} | ${zero} | ${one} | ${shown.join(', ')} |`;
}

/** Instructions per call, by class. */
export function instructionTable({ counted }: Report): string {
  if (typeof counted === 'string') return `Instructions were not counted: ${counted}.`;
  const rows = counted.flatMap((group) => [
    `| **${group.name}**: apart by | ${apart(group, 'interpreted')} | ${apart(group, 'compiled')} |`,
    ...group.classes.map(
      ({ name, interpreted, compiled }) =>
        `| ${name} | ${precise(interpreted.least)} | ${precise(compiled.least)} |`,
    ),
  ]);
  return ['| Instructions a call | Interpreted | Compiled |', '|---|--:|--:|', ...rows].join('\n');
}

function apart(group: Parameters<typeof apartBy>[0], mode: Mode): string {
  return precise(apartBy(group, mode));
}

function precise(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
