/** Verdicts and offsets in plain words, diagnoses as exit codes. */
import type { Diagnosis } from '@driftlock/totp-core';
import { EXIT, type Exit } from './exit.js';

/** @param delta steps from the present one, negative for an old code. */
export function sayValid(delta: number): string {
  if (delta === 0) return 'the code of this step';
  const steps = Math.abs(delta) === 1 ? '1 step' : `${Math.abs(delta)} steps`;
  return delta < 0 ? `the code of ${steps} ago` : `the code of ${steps} ahead`;
}

const CLOCKS: Diagnosis['verdict'][] = [
  'device-slow',
  'device-fast',
  'verifier-clock',
  'clock-stepped',
];

/** A clock is why where that is more probable than everything else together. */
export function exitOf({ verdict, posterior }: Diagnosis): Exit {
  if (verdict === 'ok') return EXIT.valid;
  if (verdict === 'replayed') return EXIT.replayed;
  return CLOCKS.includes(verdict) && posterior > 0.5 ? EXIT.clock : EXIT.notValid;
}

/** How far a clock is off, or may be to either side. */
export function sayOffset(offset: { min: number; max: number }): string {
  const { min, max } = offset;
  const { format } = new Intl.NumberFormat('en');
  if (min < 0 && max > 0) {
    return `between ${format(Math.ceil(-min))} seconds slow and ${format(Math.ceil(max))} seconds fast`;
  }
  const { least, most, word } = boundsOf(offset);
  return `${format(least)} to ${format(most)} seconds ${word}`;
}

/** How far a clock is off, in whole seconds, rounded outwards. */
export function boundsOf({ min, max }: { min: number; max: number }): {
  least: number;
  most: number;
  word: 'slow' | 'fast';
} {
  return max <= 0
    ? { least: Math.floor(-max), most: Math.ceil(-min), word: 'slow' }
    : { least: Math.max(0, Math.floor(min)), most: Math.ceil(max), word: 'fast' };
}
