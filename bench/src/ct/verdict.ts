/** Whether a run could have seen a leak, and whether it saw one. */
import type { Kind } from './case.js';
import type { Counted, Mode } from './instructions.js';
import type { Outcome } from './measure.js';
import { medianOf } from './statistics.js';

/** A case and what each of its runs found. */
export interface Timed {
  name: string;
  kind: Kind;
  /** The two classes in words. */
  zero: string;
  one: string;
  samples: number;
  inner: number;
  runs: Outcome[];
}

/** Everything that `pnpm ct` measured. */
export interface Report {
  timed: Timed[];
  /** Or why there are none. */
  counted: Counted | string;
}

export interface Judgement {
  /** Why the run shows nothing, whatever it measured; empty if it is valid. */
  invalid: string[];
  /** The pairs of classes that were told apart and should not be. */
  leaks: string[];
}

/** |t| from which two classes differ; that of TVLA. */
export const DIFFERS = 4.5;
/** |t| that every control must exceed. */
export const LOUD = 10;
/** Nanoseconds of delay that must be noticed. */
export const MUST_SEE = 50;
/** Instructions per call by which equal classes may differ. */
export const SLACK = 5;
/** Instructions per call by which the control must. */
const EARLY_EXIT = 1000;

export function judge({ timed, counted }: Report): Judgement {
  return {
    invalid: [...missing(timed), ...silent(timed), ...uncounted(counted)],
    leaks: [...toldApartByTime(timed), ...toldApartByWork(counted)],
  };
}

/** What must have been timed, and was not. */
function missing(timed: readonly Timed[]): string[] {
  const kinds = ['equal', 'control', 'null'] as const;
  const absent = kinds.filter((kind) => !timed.some((item) => item.kind === kind));
  const delayed = timed.some(isTheDelay) ? [] : ['the delay'];
  return [...absent, ...delayed].map((name) => `not timed: ${name}`);
}

function silent(timed: readonly Timed[]): string[] {
  return timed.flatMap((item) => {
    const t = medianT(item);
    const said = `${item.name}: |t| is ${t.toFixed(1)}`;
    const mustFire = item.kind === 'control' || isTheDelay(item);
    if (mustFire && !(t > LOUD)) return [`${said}, and must exceed ${LOUD}`];
    return item.kind === 'null' && !(t < DIFFERS) ? [`${said}, of one class twice`] : [];
  });
}

function uncounted(counted: Report['counted']): string[] {
  if (typeof counted === 'string') return [`instructions were not counted: ${counted}`];
  const shown = (group: Counted[number]) =>
    Math.min(apartBy(group, 'interpreted'), apartBy(group, 'compiled')) > EARLY_EXIT;
  const controls = counted.filter((group) => group.kind === 'control');
  return controls.length > 0 && controls.every(shown) ? [] : ['the counts show no early exit'];
}

function toldApartByTime(timed: readonly Timed[]): string[] {
  return timed
    .filter((item) => item.kind === 'equal' && !(medianT(item) < DIFFERS))
    .map((item) => `${item.name}: |t| is ${medianT(item).toFixed(1)}`);
}

function toldApartByWork(counted: Report['counted']): string[] {
  if (typeof counted === 'string') return [];
  return counted.flatMap((group) =>
    (['interpreted', 'compiled'] as const)
      .filter((mode) => group.kind === 'equal' || (group.kind === 'secrets' && mode === 'compiled'))
      .filter((mode) => !(apartBy(group, mode) <= SLACK))
      .map(
        (mode) => `${group.name}, ${mode}: ${apartBy(group, mode).toFixed(1)} instructions a call`,
      ),
  );
}

function isTheDelay({ name }: Timed): boolean {
  return name === `graded: ${MUST_SEE} ns`;
}

/** The middle |t| of a case's runs. */
export function medianT({ runs }: Pick<Timed, 'runs'>): number {
  return medianOf(runs.map((run) => run.t));
}

/** By how many instructions a call the classes of a group differ. */
export function apartBy({ classes }: Counted[number], mode: Mode): number {
  const least = classes.map((item) => item[mode].least);
  return Math.max(...least) - Math.min(...least);
}

/** The smallest delay that was noticed, with every larger one noticed too; undefined if none. */
export function smallestSeen(timed: readonly Timed[]): Timed | undefined {
  const graded = timed
    .filter((item) => item.kind === 'graded')
    .toSorted((a, b) => delayOf(b) - delayOf(a));
  const missed = graded.findIndex((item) => medianT(item) < DIFFERS);
  return graded[(missed < 0 ? graded.length : missed) - 1];
}

/** Nanoseconds of delay in a graded case. */
export function delayOf({ runs }: Pick<Timed, 'runs'>): number {
  return medianOf(runs.map((run) => run.delay ?? 0));
}
