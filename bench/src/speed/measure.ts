/** Interleaved timing: every subject once a round, so that noise of the machine falls on all. */

/** Something to time, already warm and known to answer rightly. */
export interface Timed {
  name: string;
  run(): unknown;
  slow?: true;
}

/** Nanoseconds a call of each subject, round by round. */
export type Rounds = Record<string, number[]>;

// Nanoseconds of work in one sample, and before the first.
const SAMPLE = 3e6;
const WARM_UP = 100e6;

/** Times each subject in every round, in an order that turns by one from round to round. */
export async function interleave(timed: readonly Timed[], rounds: number): Promise<Rounds> {
  const times: Rounds = {};
  const calls = new Map<Timed, number>();
  for (const one of timed) {
    times[one.name] = [];
    let once = await sample(one, 1);
    // More calls each time, so that the engine optimizes before anything counts.
    for (let spent = 0, n = 2; spent < WARM_UP; spent += n * once, n *= 2) {
      once = await sample(one, n);
    }
    calls.set(one, Math.max(1, Math.ceil(SAMPLE / once)));
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < timed.length; i++) {
      const one = timed[(i + round) % timed.length]!;
      times[one.name]!.push(await sample(one, calls.get(one)!));
    }
  }
  return times;
}

async function sample(one: Timed, calls: number): Promise<number> {
  const { run } = one;
  const start = process.hrtime.bigint();
  if (one.slow) for (let i = 0; i < calls; i++) await run();
  else for (let i = 0; i < calls; i++) run();
  return Number(process.hrtime.bigint() - start) / calls;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The median, over the rounds, of one subject's time in units of another's in the same round. */
export function pairedRatio(of: readonly number[], to: readonly number[]): number {
  return median(of.map((time, round) => time / to[round]!));
}
