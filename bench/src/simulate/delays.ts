/** How long a code takes from the screen to us, in seconds. */
import type { Dice } from '../diagnose/dice.js';

export type Delay = (dice: Dice) => number;

/** Those of clock-drift research and of the targets. */
export const person: Delay = (dice) => dice.between(3, 20);
export const program: Delay = (dice) => dice.between(0, 2);
export const either: Delay = (dice) => (dice.next() < 0.5 ? person(dice) : program(dice));

/** Four that no number of the estimator was chosen by; the longest delay allowed is 30 s. */
export const lognormal: Delay = (dice) => Math.min(30, dice.logNormal(9, 0.45));
export const exponential: Delay = (dice) => Math.min(30, 2 - 6 * Math.log(1 - dice.next()));
export const gamma: Delay = (dice) => {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum -= 2.5 * Math.log(1 - dice.next());
  return Math.min(30, sum);
};
export const bimodal: Delay = (dice) =>
  dice.next() < 0.5 ? dice.between(3, 7) : dice.between(13, 20);

/** Twice as long as allowed. */
export const dawdler: Delay = (dice) => dice.between(3, 60);
