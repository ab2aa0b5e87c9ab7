/** What came of a run, in one line and in a table. */
import { createHash } from 'node:crypto';
import type { Result } from '../suite/suite.js';

/** What came of the suite in one runtime. */
export interface Outcome {
  name: string;
  title: string;
  /** Absent where the runtime can't be had. */
  version?: string;
  results: Result[];
  /** Why there is no report. */
  broken?: string;
}

/** Whether the runtime is here, and nothing in it failed. */
export function isGreen({ version, broken, results }: Outcome): boolean {
  const green = results.every(({ outcome }) => outcome !== 'failed');
  return version !== undefined && broken === undefined && green;
}

/** One line for people, and one for whatever failed. */
export function sayOutcome({ name, version, results, broken }: Outcome): string {
  if (version === undefined) return `${name}: not on this machine`;
  if (broken !== undefined) return `${name} ${version}: no report, ${broken}`;
  const count = (kind: string) => results.filter(({ outcome }) => outcome === kind).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('absent')} absent`;
  const failures = results.flatMap(({ outcome, title, error }) =>
    outcome === 'failed' ? [`  ${title}\n    ${error}`] : [],
  );
  return [`${name} ${version}: ${counts}`, ...failures].join('\n');
}

/** What ran where, as `results/runtimes.json` keeps it. */
export interface Ran {
  /** A hash of the suite's titles. */
  suite: string;
  runtimes: {
    name: string;
    title: string;
    version: string;
    /** By package. */
    passed: Record<string, number>;
    absent: Record<string, number>;
  }[];
}

/** Throws where a runtime was missing or failed: what is kept is what held. */
export function ranOf(outcomes: readonly Outcome[], titles: readonly string[]): Ran {
  const runtimes = outcomes.map((outcome) => {
    const { name, title, version, results } = outcome;
    if (version === undefined || !isGreen(outcome)) throw new Error(`${name} did not pass`);
    const counts = (kind: string) => countByRoom(results.filter((each) => each.outcome === kind));
    return { name, title, version, passed: counts('passed'), absent: counts('absent') };
  });
  return { suite: hashTitles(titles), runtimes };
}

/** Changes when a check is added, dropped or told in other words. */
export function hashTitles(titles: readonly string[]): string {
  return createHash('sha256').update(titles.join('\n')).digest('hex');
}

/** A row a runtime, a column a package. */
export function renderRan({ runtimes }: Ran): string {
  const rooms = Object.keys(runtimes[0]?.passed ?? {});
  const cells = ({ passed, absent }: Ran['runtimes'][number]) =>
    rooms.map((room) => `${passed[room]}${absent[room] ? `, ${absent[room]} absent` : ''}`);
  return [
    ['Runtime', 'Version', ...rooms.map((room) => `\`${room}\``)],
    ['---', '---', ...rooms.map(() => '---:')],
    ...runtimes.map((each) => [each.title, each.version, ...cells(each)]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

/** Every title begins with the package it is about. */
function countByRoom(results: readonly Result[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { title } of results) {
    const [room = ''] = title.split(':');
    counts[room] = (counts[room] ?? 0) + 1;
  }
  return counts;
}
