/** Everything that is simulated: each failure by itself, and each after logins that are known. */
import { createDice } from './dice.js';
import { FAILURES } from './failures.js';
import { HISTORIES } from './histories.js';
import { MIXES } from './mixes.js';
import { type Scene, setScene } from './scene.js';
import { add, emptyTally, type Reliable, type Row, reliability } from './tally.js';
import { type Diagnose, judgeBoth } from './trial.js';

export interface Plan {
  seed: number;
  /** Trials of each failure, searched for a day each way, and for five minutes each way. */
  wide: number;
  near: number;
  /** The same, but with clocks farther off than that: what is not found must be as probable as said. */
  blind: number;
  /** Trials of each failure after logins that are known, searched for a day each way. */
  known: number;
  /** Another diagnosis than ours, to see what the figures are worth. */
  ask?: Diagnose;
}

export interface Measured {
  seed: number;
  wide: Row[];
  near: Row[];
  known: Row[];
  reliability: Record<string, Reliable>;
}

/** By less than this, a slow clock's codes look like late ones. */
const FAR = { least: 120, most: 72_000 };
const NEAR = { least: 120, most: 280 };
/** Nearer than this, late codes and another authenticator's look the same. */
const APART = { least: 300, most: 72_000 };

/**
 * What even two codes do not tell apart: codes that are typed late twice from a clock a little slow,
 * and codes made ahead from a clock that is fast. A second code says nothing of a mistyped first.
 */
const UNTOLD: readonly string[] = [
  'late code',
  'code made ahead',
  'clock 1 to 2 minutes slow',
  'wrong clock, first code mistyped',
  'two authenticators in turn',
];

/** Whether two codes can tell a failure from all others. */
export function isTold({ name }: Row): boolean {
  return !UNTOLD.includes(name);
}

export function simulate({ seed, wide, near, blind, known, ask }: Plan): Measured {
  const asking = ask ? { ask } : {};
  const alone = (trials: number, off: Scene['off'], maxOffset: number): Row[] =>
    Object.entries(FAILURES).map(([name, make], i) => {
      const dice = createDice(seed + i);
      const row = emptyRow(name, 0, trials);
      return fill(row, () => judgeBoth(make(setScene(dice, off)), { maxOffset, ...asking }));
    });
  const after = (logins: number): Row[] =>
    Object.entries(HISTORIES).map(([name, make], i) => {
      const dice = createDice(seed + 1000 * logins + i);
      const row = emptyRow(name, logins, known);
      return fill(row, () => judgeBoth(make(setScene(dice, APART), logins), asking));
    });
  const rows = alone(wide, FAR, 86_400);
  const unseen = alone(blind, FAR, 300);
  return {
    seed,
    wide: rows,
    near: alone(near, NEAR, 300),
    known: [...after(1), ...after(8)],
    reliability: {
      ...Object.fromEntries(
        Object.entries(MIXES).map(([name, mix]) => [name, reliability(rows, mix)]),
      ),
      'as declared, 5 minutes searched': reliability(unseen, MIXES['as declared']!),
    },
  };
}

function emptyRow(name: string, logins: number, trials: number): Row {
  return { name, logins, trials, first: emptyTally(), second: emptyTally() };
}

function fill(row: Row, run: () => ReturnType<typeof judgeBoth>): Row {
  for (let i = 0; i < row.trials; i++) {
    const [first, second] = run();
    add(row.first, first);
    add(row.second, second);
  }
  return row;
}
