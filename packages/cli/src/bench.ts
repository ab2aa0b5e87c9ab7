/** `driftlock bench`: what a verification costs on this machine, beside the HMACs that it can't do without. */
import { createHmac } from 'node:crypto';
import { generateSecret, importKey, type TotpKey, totp, verify } from '@driftlock/totp-core';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { EXIT } from './exit.js';
import type { Verb } from './verb.js';

const HELP = `driftlock bench - what a verification costs on this machine

Usage
  driftlock bench [options]

Options
  --rounds N         how often each is timed, in turns (default 30, to 1000)
  --json             print one object: the ratios

Verifies a wrong code over the usual window of three steps, and over an hour
each way, and times as many HMACs of node:crypto's, in the same minute. Ratios
of medians are comparable between machines; the count a second is this one's.

Exit status
  0 printed   2 the command line is wrong

Examples
  driftlock bench
`;

const OPTIONS = { rounds: { type: 'string' }, json: { type: 'boolean' } } as const;
const WINDOWS = [
  { name: 'three steps', steps: 3, backward: 1, forward: 1 },
  { name: 'an hour each way', steps: 241, backward: 120, forward: 120 },
] as const;
/** HMACs of one timing: enough for a clock of microseconds. */
const HMACS = 2410;

export const bench: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, { out }) {
    const { rounds = '30', json } = readArguments(args, OPTIONS);
    const times = /^\d{1,4}$/.test(rounds) ? Number(rounds) : 0;
    if (times < 1 || times > 1000) misused('--rounds takes 1 to 1000');
    const key = importKey(generateSecret());
    const measured = WINDOWS.map((window) => measure(key, { window, rounds: times }));
    key.destroy();
    out(json ? `${JSON.stringify({ rounds: times, measured })}\n` : say(measured));
    return EXIT.valid;
  },
};

interface Measured {
  window: string;
  steps: number;
  /** Times the HMACs it makes, by node:crypto. */
  ofHmacs: number;
  perSecond: number;
}

function measure(
  key: TotpKey,
  {
    window: { name, steps, ...window },
    rounds,
  }: { window: (typeof WINDOWS)[number]; rounds: number },
): Measured {
  const at = Date.now();
  const wrong = wrongCode(key, { at, steps });
  const verifications = Math.floor(HMACS / steps);
  const secret = Buffer.alloc(20, 7);
  const counter = Buffer.alloc(8);
  const [ours, floor]: [number[], number[]] = [[], []];
  // The first rounds are the compiler's.
  for (let round = -5; round < rounds; round++) {
    const times = [
      timed(() => {
        for (let n = 0; n < verifications; n++) verify(key, wrong, { at, window });
      }),
      timed(() => {
        for (let n = 0; n < verifications * steps; n++) {
          counter.writeUInt32BE(n, 4);
          createHmac('sha1', secret).update(counter).digest();
        }
      }),
    ];
    if (round < 0) continue;
    ours.push(times[0] ?? 0);
    floor.push(times[1] ?? 0);
  }
  const [cost, least] = [median(ours), median(floor)];
  return { window: name, steps, ofHmacs: cost / least, perSecond: (verifications / cost) * 1000 };
}

/** Of none of the steps, so that all of them are looked at for nothing. */
function wrongCode(key: TotpKey, { at, steps }: { at: number; steps: number }): string {
  const near = new Set(
    Array.from({ length: steps + 2 }, (_, n) => totp(key, { at: at + (n - steps / 2) * 30_000 })),
  );
  for (let number = 0; ; number++) {
    const code = String(number).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function say(measured: Measured[]): string {
  const { format } = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
  const lines = measured.map(
    ({ window, ofHmacs, perSecond }) =>
      `  ${window.padEnd(18)} ${ofHmacs.toFixed(2)} × its HMACs by node:crypto, ${format(perSecond)} a second\n`,
  );
  return `verifying a wrong code over\n${lines.join('')}`;
}
