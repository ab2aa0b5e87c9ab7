/** Functions that leak, each in a known way: a run that does not see them sees nothing. */
import { hotp } from '@driftlock/totp-core';
import { type Case, SHORT, type Subject, WHOLE } from './case.js';
import { asking, codeAt, judge, type Question, REACH, wrong } from './inputs.js';

/** Nanoseconds by which one class is delayed, to find the smallest difference that is seen. */
export const GRADES = [2, 5, 10, 20, 50, 100];

const SPINS = 1_000_000;
let spun = 1;

/** A loop that takes the same time for each turn, since each turn needs the one before it. */
function spin(turns: number): void {
  let number = spun;
  for (let i = 0; i < turns; i++) number = (Math.imul(number, 1_103_515_245) + 12_345) | 0;
  spun = number;
}

/** Nanoseconds of one turn, the best of some tries. */
function costOfTurn(): number {
  const tries = Array.from({ length: 20 }, () => {
    const start = process.hrtime.bigint();
    spin(SPINS);
    return Number(process.hrtime.bigint() - start) / SPINS;
  });
  return Math.min(...tries);
}

/** verify(), and for class 1 a loop behind it. */
function delayed(nanoseconds: number): Subject {
  const cost = costOfTurn();
  const turns = Math.max(1, Math.round(nanoseconds / cost));
  const inner = asking(wrong(), wrong());
  return {
    delay: turns * cost,
    run(input) {
      const verdict = judge(input);
      spin((input as { turns: number }).turns);
      return verdict;
    },
    make: (side, random) => ({ ...(inner.make(side, random) as Question), turns: side * turns }),
  };
}

/** A window tried step by step until one matches. */
function untilMatch(input: unknown): unknown {
  const { key, code, options } = input as Question;
  const now = Math.floor(options.at / 30_000);
  for (let step = now - REACH; step <= now + REACH; step++) {
    if (hotp(key, step) === code) return { valid: true, step, delta: step - now };
  }
  return { valid: false, reason: 'mismatch' };
}

/** A number made a string of six digits, and compared. */
function padded(input: unknown): unknown {
  const { number, guess } = input as { number: number; guess: string };
  return String(number).padStart(6, '0') === guess;
}

/** Numbers that V8 keeps in machine words, or in objects on the heap. */
function masked(input: unknown): unknown {
  let mask = 0;
  for (const number of input as number[]) mask ^= number;
  return mask & 0xffff;
}

export const CONTROL_CASES: readonly Case[] = [
  {
    name: 'control: early exit',
    kind: 'control',
    classes: ['the oldest step', 'the newest step'],
    ...WHOLE,
    prepare: () => ({ ...asking(codeAt(-REACH), codeAt(REACH)), run: untilMatch }),
  },
  {
    name: 'control: padStart',
    kind: 'control',
    classes: ['numbers of one digit', 'numbers of six digits'],
    ...SHORT,
    prepare: () => ({
      run: padded,
      make: (side, random) => ({
        number: side === 0 ? Math.floor(random() * 10) : 100_000 + Math.floor(random() * 9e5),
        guess: '999999',
      }),
    }),
  },
  {
    name: 'control: heap numbers',
    kind: 'control',
    classes: ['numbers below 2^30', 'numbers from 2^31 on'],
    ...SHORT,
    prepare: () => ({
      run: masked,
      make(side, random) {
        // Something else first: an array of nothing but numbers would hold them unboxed.
        const numbers: unknown[] = [null];
        for (let i = 0; i < 32; i++) numbers[i] = side * 2 ** 31 + Math.floor(random() * 2 ** 30);
        return numbers;
      },
    }),
  },
  ...GRADES.map(
    (nanoseconds): Case => ({
      name: `graded: ${nanoseconds} ns`,
      kind: 'graded',
      classes: ['any wrong code', `any wrong code, ${nanoseconds} ns later`],
      ...WHOLE,
      prepare: () => delayed(nanoseconds),
    }),
  ),
];
