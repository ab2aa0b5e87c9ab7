/** The logins of one made-up authenticator. */
import type { Dice } from '../diagnose/dice.js';
import type { Scenario } from './scenarios.js';

export const PERIOD = 30;

/** A code as it came in, and what only the simulator knows. */
export interface Login {
  /** Unix milliseconds, by a stamp that may be off. */
  at: number;
  step: number;
  /** Seconds the authenticator was fast at that moment. */
  offset: number;
}

/** So many logins, oldest first. */
export function logins(scenario: Scenario, count: number, dice: Dice): Login[] {
  const { delay, ppm, always, gap, jitter, error, set = 0 } = scenario;
  const last = dice.between(-600, 600);
  const rate = (always ? (dice.next() < 0.5 ? -ppm : ppm) : dice.between(-ppm, ppm)) * 1e-6;
  const by = dice.between(-set, set);
  const end = 1.8e9 + dice.between(0, 1e6);
  return Array.from({ length: count }, (_, i) => {
    const ago = (count - 1 - i) * gap - (i < count - 1 ? dice.between(0, jitter) : 0);
    const at = end - ago;
    const offset = last - rate * ago - (i < 5 ? by : 0);
    const shows = strays(scenario, dice) + offset;
    return {
      at: (at + dice.between(-error, error)) * 1000,
      step: Math.floor((at - delay(dice) + shows) / PERIOD),
      offset,
    };
  });
}

function strays({ false: some }: Scenario, dice: Dice): number {
  return some && dice.next() < some.share ? dice.between(-some.within, some.within) : 0;
}
