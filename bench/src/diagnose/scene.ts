/** Two codes that one person typed, one after the other, and what is known about them. */
import { type Grid, shown, stepAt, USUAL } from './authenticator.js';
import type { Dice } from './dice.js';
import { secondTry } from './people.js';

/** A code as it was typed, in Unix seconds. */
export interface Typed {
  code: string;
  at: number;
  /** What it would be right to say of it. */
  right: readonly string[];
}

export interface Failure {
  secret: Uint8Array;
  /** The parameters that the verifier has. */
  grid: Grid;
  codes: [Typed, Typed];
  /** The step of the last login. */
  after?: number;
  /** What this machine knows of its own clock. */
  clock?: { state: 'unsafe'; reason: 'rolled-back' | 'stepped' | 'off' };
  /** A time zone or summer time that is to be named, in minutes. */
  minutes?: number;
}

export interface Scene {
  dice: Dice;
  secret: Uint8Array;
  /** When the two codes arrive, in Unix seconds. */
  times: [number, number];
  /** How far a neglected clock is off, in seconds. */
  off: { least: number; most: number };
}

export function setScene(dice: Dice, off: Scene['off']): Scene {
  const at = Math.round(dice.between(1.6e9, 2e9) * 1000) / 1000;
  return { dice, secret: dice.bytes(20), times: [at, at + secondTry(dice)], off };
}

/** Both codes are made alike. */
export function twice(
  { secret, times }: Scene,
  make: (at: number) => { code: string; right: readonly string[] },
  more: Partial<Failure> = {},
): Failure {
  const [first, second] = times;
  const codes: [Typed, Typed] = [
    { at: first, ...make(first) },
    { at: second, ...make(second) },
  ];
  return { secret, grid: USUAL, codes, ...more };
}

/** Made for another instant than now, so many seconds from it, and refused; the second is another code. */
export function aside(
  scene: Scene,
  seconds: (dice: Dice) => number,
  right: readonly string[],
  more?: Partial<Failure>,
): Failure {
  const { dice, secret } = scene;
  let last = -1;
  const make = (at: number): { code: string; right: readonly string[] } => {
    for (;;) {
      const when = at + seconds(dice);
      const step = stepAt(USUAL, when);
      if (step === last || Math.abs(step - stepAt(USUAL, at)) <= 1) continue;
      last = step;
      return { code: shown(secret, USUAL, when), right };
    }
  };
  return twice(scene, make, more);
}
