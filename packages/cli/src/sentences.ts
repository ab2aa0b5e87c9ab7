/** Verdicts and diagnoses in plain words, and as exit codes. */
import type { Diagnosis } from '@driftlock/totp-core';
import { EXIT, type Exit } from './exit.js';

/** @param delta steps from the present one, negative for an old code. */
export function sayValid(delta: number): string {
  if (delta === 0) return 'the code of this step';
  const steps = Math.abs(delta) === 1 ? '1 step' : `${Math.abs(delta)} steps`;
  return delta < 0 ? `the code of ${steps} ago` : `the code of ${steps} ahead`;
}

export function sayDiagnosis(diagnosis: Diagnosis, digits: number): string {
  const { verdict, certainty } = diagnosis;
  const perhaps = certainty === 'suspected' ? 'probably ' : '';
  switch (verdict) {
    case 'malformed':
      return `a code is ${digits} digits and nothing else`;
    case 'ok':
      return `this is ${perhaps}the right code`;
    case 'replayed':
      return `this code was ${perhaps}used before`;
    case 'stale':
      return `this is ${perhaps}an old code, typed too late`;
    case 'future':
      return `this is ${perhaps}a code noted in advance`;
    case 'device-slow':
    case 'device-fast':
      return `the phone is ${perhaps}${sayOffset(diagnosis)}`;
    case 'verifier-clock':
      return `the clock of this machine is ${perhaps}wrong`;
    case 'clock-stepped':
      return `the clock of this machine was ${perhaps}set or turned back`;
    case 'wrong-parameters':
      return `the code is ${perhaps}right under another algorithm, digit count or period`;
    case 'unstable':
      return 'the codes of this secret do not agree on a clock';
    case 'no-match':
      return 'this is not a code of this secret';
  }
}

const NEXT: Record<Diagnosis['next'], string> = {
  askNextCode: 'ask for the next code',
  fixClock: 'set the clock right, or let the network set it',
  retry: 'type the code again',
  reEnroll: 'enrol the phone anew',
};

/** What else is to be said, a line each: what it looks like, how good the answer is, what helps. */
export function sayMore({ verdict, looksLike, posterior, next }: Diagnosis): string[] {
  const helps = verdict === 'ok' ? [] : [`next: ${NEXT[next]}`];
  if (verdict === 'malformed') return helps;
  const zone = looksLike ? [`as if a time zone were set wrong: ${sayZone(looksLike.minutes)}`] : [];
  // A probability of 1 would claim what no search can know.
  const percent = posterior > 0.999 ? 'more than 99.9' : (posterior * 100).toFixed(1);
  return [...zone, `probability: ${percent}%`, ...helps];
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

function sayOffset({ offset }: Diagnosis): string {
  if (!offset) return 'wrong';
  const { least, most, word } = boundsOf(offset);
  return `about ${sayAbout((least + most) / 2)} ${word} (${least} to ${most} seconds)`;
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

function sayAbout(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : sayHours(minutes);
}

function sayHours(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function sayZone(minutes: number): string {
  return `${sayHours(Math.abs(minutes))} ${minutes < 0 ? 'behind' : 'ahead'}`;
}
