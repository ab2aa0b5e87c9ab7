/** How long people take, how far off clocks are, and which time zones get mixed up. */
import type { Dice } from './dice.js';

/** Seconds from reading a code to its arrival, in good time. */
export function typing(dice: Dice): number {
  for (;;) {
    const seconds = 0.4 + dice.logNormal(8, 0.5);
    if (seconds < 29) return seconds;
  }
}

/** Seconds a code is late by when somebody is called away, or sends a picture of it. */
export function dawdling(dice: Dice): number {
  return dice.next() < 0.75 ? 31 + dice.logNormal(25, 0.8) : dice.logNormal(150, 0.7);
}

/** Seconds for which a code was made ahead, or kept. */
export function noting(dice: Dice): number {
  return Math.min(dice.logNormal(1800, 1.5), 72_000);
}

/** Seconds until somebody who was refused has the next code in. */
export function secondTry(dice: Dice): number {
  return dice.between(31, 95);
}

/** A clock that the network sets. */
export function rightClock(dice: Dice): number {
  return dice.between(-1.5, 1.5);
}

/** A clock set by hand is set to the minute, by somebody who is not in a hurry. */
export function byHand(dice: Dice): number {
  return dice.between(-25, 25);
}

/** Seconds a clock is off that nobody minds: as often one to two minutes as one to two hours. */
export function neglected(dice: Dice, { least, most }: { least: number; most: number }): number {
  return dice.logBetween(least, most);
}

/** Where people live, in minutes from UTC, the larger places oftener. */
const HOMES = [
  -600, -480, -480, -420, -360, -360, -300, -300, -300, -240, -180, -180, -150, 0, 0, 0, 60, 60, 60,
  60, 120, 120, 180, 180, 210, 240, 270, 300, 330, 330, 330, 345, 360, 390, 420, 480, 480, 480, 525,
  540, 540, 570, 600, 660, 720, 765,
];

/** Minutes between two time zones, within what a clock may be off by and still be searched. */
export function zoneMixUp(dice: Dice): number {
  for (;;) {
    const minutes = dice.pick(HOMES) - dice.pick(HOMES);
    if (minutes !== 0 && Math.abs(minutes) !== 60 && minutes >= -720 && minutes <= 840) {
      return minutes;
    }
  }
}
