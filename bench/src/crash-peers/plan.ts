/** What happens to a device, drawn from a seed: the same for each that is compared. */
import type { State } from '../crash-browser/line.js';
import { dice } from '../drain/dice.js';

export type Act = 'keep' | 'drain' | 'both' | State;

export interface Life {
  acts: Act[];
  /** In which act it ends, its opening being the first, and at which share of that act's steps. */
  dies: { act: number; share: number };
}

const LIVES = 3;
const ACTS = 12;

export function planOf(seed: number): Life[] {
  const chance = dice(seed);
  return Array.from({ length: LIVES }, () => ({
    acts: Array.from({ length: ACTS }, () => actOf(chance(), chance())),
    dies: { act: Math.floor(chance() * (ACTS + 1)), share: chance() },
  }));
}

function actOf(drawn: number, which: number): Act {
  if (drawn < 0.45) return 'keep';
  if (drawn < 0.6) return 'drain';
  if (drawn < 0.7) return 'both';
  return STATES[Math.floor(which * STATES.length)] ?? 'up';
}

/** Down more often than not: what is kept for later needs it. */
const STATES: readonly State[] = ['up', 'down', 'down', 'lossy', 'busy'];
