/** Takes timings of one function over two classes of inputs, with nothing else that differs. */
import type { Subject } from './case.js';
import type { Samples } from './statistics.js';

export interface Plan {
  samples: number;
  /** Calls with the same input in one sample. */
  inner: number;
  seed: number;
  /** Calls before the first sample. @default 20,000 */
  warmUp?: number;
}

const BLOCK = 500;

/** Where results go, so that no call can be left out. */
export const kept: unknown[] = [undefined];

/**
 * Inputs are made beforehand, in the order they are used, each a new object of the same shape: the
 * classes differ neither in where they lie in memory nor in how often they were seen. The class is
 * not looked at while the clock runs.
 */
export function sample(subject: Subject, plan: Plan): Samples & { verdicts: string[] } {
  const { samples, inner, seed, warmUp = 20_000 } = plan;
  const random = randomFrom(seed);
  const classes = Uint8Array.from({ length: samples }, () => (random() < 0.5 ? 0 : 1));
  // An object first: an array of nothing but numbers would hold them unboxed.
  const inputs: unknown[] = [{}];
  for (let i = 0; i < samples; i++) inputs[i] = subject.make(classes[i] as 0 | 1, random);
  for (let i = 0; i < warmUp; i++) kept[0] = subject.run(inputs[i % samples]);
  const nanoseconds = new Float64Array(samples);
  // All inputs grow old now; then between blocks, so that garbage is seldom collected within one.
  globalThis.gc?.();
  for (let from = 0; from < samples; from += BLOCK) {
    globalThis.gc?.({ type: 'minor' });
    time(subject.run, inputs, nanoseconds, { from, to: Math.min(samples, from + BLOCK), inner });
  }
  const verdicts = new Set(inputs.map((input) => verdictOf(subject.run(input))));
  return { nanoseconds, classes, verdicts: [...verdicts] };
}

function time(
  run: Subject['run'],
  inputs: readonly unknown[],
  nanoseconds: Float64Array,
  { from, to, inner }: { from: number; to: number; inner: number },
): void {
  for (let i = from; i < to; i++) {
    const input = inputs[i];
    const start = process.hrtime.bigint();
    for (let call = 0; call < inner; call++) kept[0] = run(input);
    nanoseconds[i] = Number(process.hrtime.bigint() - start) / inner;
  }
}

/** What kind of answer it is, without the step. */
function verdictOf(answer: unknown): string {
  const { valid, reason } = Object(answer) as { valid?: boolean; reason?: string };
  return valid === undefined ? typeof answer : (reason ?? 'valid');
}

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
