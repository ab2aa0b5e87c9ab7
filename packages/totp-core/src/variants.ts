/** A code under other parameters than its key's: another algorithm, digit count or period. */
import type { Algorithm } from './algorithm.js';
import { createCounterMac } from './hmac.js';
import type { KeyMaterial, TotpParams } from './key.js';
import { countSteps, type Guess, matches, stepsAt } from './search.js';

const DIGITS = 3; // How many digit counts there are.
const PERIODS = [10, 30, 60]; // Authy's own tokens', everybody's, and what some banks use.

/** How probable a code is, if the present one was made or typed in one of these ways. */
export interface Variants {
  /** Under other parameters, all as likely. */
  parameters: number;
  /** With its first digit twice or not at all: that looks like another digit count. */
  slip: number;
}

/**
 * Looks for the code under every other set of parameters. The work depends on how many digits it
 * has, and on nothing else of it; `steps` are those it is of under the key's own.
 */
export function weighVariants(
  { secret, hashes }: KeyMaterial,
  guess: Guess,
  { params, at, steps }: { params: Required<TotpParams>; at: number; steps: readonly number[] },
): Variants {
  const periods = [...new Set([...PERIODS, params.period])];
  const algorithms = Object.keys(hashes) as Algorithm[];
  const variants = algorithms.length * periods.length * DIGITS - 1;
  const found: Variants = { parameters: 0, slip: 0 };
  for (const algorithm of algorithms) {
    const mac = createCounterMac(hashes[algorithm]!, secret);
    for (const period of periods) {
      const like = algorithm === params.algorithm && period === params.period;
      if (like && guess.digits === params.digits) continue;
      const variant = { ...params, algorithm, period };
      const present = [stepsAt(variant, at, { min: -period, max: period })];
      // Next to 1970 periods share their counters, and a code is then of the key's own.
      const others = matches(mac, present, guess).filter((step) => !steps.includes(step));
      const chance = others.length / countSteps(present);
      found.parameters += chance / variants;
      if (like && mayBeSlip(guess, params.digits)) found.slip = chance;
    }
    mac.clean();
    mac.destroy();
  }
  return found;
}

/** A code's last digits are the shorter code of the same HMAC. */
function mayBeSlip({ digits, number }: Guess, ours: number): boolean {
  const [first, second] = String(number).padStart(digits, '0');
  return digits === ours - 1 || (digits === ours + 1 && first === second);
}
