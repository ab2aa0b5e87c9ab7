/** From reports to a score for each file, and to what makes the run worth nothing. */
import { equivalentTo } from './equivalent.js';
import { BITS, CONTROL, HELD, LEAST } from './files.js';

/** Stryker's, as far as it is read here (the mutation-testing report schema). */
export interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}

export interface Mutant {
  /** Killed, Timeout, Survived, NoCoverage, or what has no score with Stryker: Ignored, RuntimeError … */
  status: string;
  location: { start: Place; end: Place };
  replacement?: string;
}

/** Counted from 1. */
interface Place {
  line: number;
  column: number;
}

/** Of every mutant of a file, whatever became of it. */
export interface Score {
  file: string;
  mutants: number;
  killed: number;
  timedOut: number;
  survived: number;
  notCovered: number;
}

/** A mutant that no test noticed. */
export interface Unnoticed {
  file: string;
  line: number;
  /** The whole line it begins in. */
  where: string;
  code: string;
  replacement: string;
}

/** What one kind of mutants came to. */
export interface Tried {
  scores: Score[];
  unnoticed: Unnoticed[];
}

/** What the run stores. */
export interface Measured {
  /** Control mutants that did not end as they must: with any of them the run is INVALID. */
  faults: string[];
  stryker: Tried;
  bits: Tried;
}

export function triedIn({ files }: Report): Tried {
  const mutated = Object.keys(files).filter((file) => file !== CONTROL.file);
  const unnoticed = mutated.flatMap((file) => unnoticedIn(file, files[file]!));
  const scores = mutated.map((file): Score => {
    const { mutants } = files[file]!;
    const count = (status: string): number => mutants.filter((m) => m.status === status).length;
    return {
      file,
      mutants: mutants.length,
      killed: count('Killed'),
      timedOut: count('Timeout'),
      survived: count('Survived'),
      notCovered: count('NoCoverage'),
    };
  });
  return { scores, unnoticed };
}

/** Per cent of a file's mutants that a test noticed; a time limit counts as one. */
export function percent({ killed, timedOut, mutants }: Score): number {
  return (100 * (killed + timedOut)) / mutants;
}

/**
 * The held files that are missing or score too little; of bits, those of which anything survived
 * that is not known to be equivalent.
 */
export function tooLow({ stryker, bits }: Measured): string[] {
  // Written so that a file without mutants, which scores NaN, is one of them.
  const low = HELD.filter(
    ({ file }) => !stryker.scores.some((one) => one.file === file && percent(one) >= LEAST),
  );
  const open = bits.unnoticed.filter((one) => equivalentTo(one) === undefined);
  const loose = BITS.filter(
    ({ file }) =>
      !bits.scores.some((one) => one.file === file && one.mutants > 0) ||
      open.some((one) => one.file === file),
  );
  return [...low.map(({ file }) => file), ...loose.map(({ file }) => `${file}, bits`)];
}

/** Each control mutant has to end as the last comment above it says, and each end has to occur. */
export function faultsIn({ files }: Report): string[] {
  const control = files[CONTROL.file];
  if (!control) return ['the control was not mutated'];
  const lines = control.source.split('\n');
  const ends = control.mutants.map(({ status, location: { start } }) => {
    const above = lines.slice(0, start.line).join('\n');
    return { line: start.line, status, expected: above.match(/(?<=^\/\/ )\w+(?=:)/gm)?.at(-1) };
  });
  const missing = ['Killed', 'Survived', 'NoCoverage'].filter(
    (end) => !ends.some(({ expected }) => expected === end),
  );
  return [
    ...missing.map((end) => `no control mutant is to end as ${end}`),
    ...ends
      .filter(({ status, expected }) => status !== expected)
      .map(({ line, status, expected }) => `line ${line}: ${status} and not ${expected}`),
  ];
}

function unnoticedIn(file: string, { source, mutants }: Report['files'][string]): Unnoticed[] {
  return mutants
    .filter(({ status }) => status !== 'Killed' && status !== 'Timeout')
    .map(({ location, replacement = '' }) => {
      const { line } = location.start;
      const where = source.split('\n')[line - 1]!.trim();
      return { file, line, where, code: textAt(source, location), replacement };
    });
}

function textAt(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines.push(lines.pop()!.slice(0, end.column - 1));
  return [lines[0]!.slice(start.column - 1), ...lines.slice(1)].join('\n');
}
