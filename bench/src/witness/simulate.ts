/** Made-up witnesses: how well their dates tell a clock's offset, by round trip and number of probes. */
import { clockOffset, type Probe } from '@driftlock/totp-core';

/** One cell of the table: how wide the interval came out, in seconds. */
export interface Cell {
  /** Milliseconds, give or take a fifth. */
  roundTrip: number;
  probes: number;
  trials: number;
  median: number;
  p95: number;
  /** How often the true offset lay in the interval. */
  covered: number;
}

const DAY = 86_400_000;
const START = 1_800_000_000_000;

/**
 * Probes at random times of a day, two witnesses in turn, a clock up to 1,000 s off. A single probe
 * can't move a clock, so there the clock is right.
 */
export function simulate(
  { roundTrip, probes, trials }: { roundTrip: number; probes: number; trials: number },
  seed: number,
): Cell {
  const random = mulberry32(seed);
  const widths: number[] = [];
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const offset = probes === 1 ? 0 : 2000 * random() - 1000;
    const answers = Array.from({ length: probes }, (_, i) =>
      answer({ witness: `w${i % 2}`, roundTrip, offset }, random),
    );
    const found = clockOffset(answers);
    if (!found.agreed) continue;
    const { min, max } = found.offset;
    widths.push(max - min);
    if (min <= offset && offset <= max) covered++;
  }
  widths.sort((a, b) => a - b);
  const quantile = (q: number): number => widths[Math.floor(q * widths.length)] ?? Number.NaN;
  return { roundTrip, probes, trials, median: quantile(0.5), p95: quantile(0.95), covered };
}

function answer(
  { witness, roundTrip, offset }: { witness: string; roundTrip: number; offset: number },
  random: () => number,
): Probe {
  const sent = START + DAY * random();
  const took = roundTrip * (0.8 + 0.4 * random());
  const stamped = sent + offset * 1000 + took * random();
  const date = new Date(Math.floor(stamped / 1000) * 1000).toUTCString();
  return { witness, authenticated: true, sent, took, date };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
