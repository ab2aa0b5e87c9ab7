/** What is timed: each question put to every library that can answer it, and to the floor. */
import { type Algorithm, hotp, importKey, totp } from '@driftlock/totp-core';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Timed } from './measure.js';
import { AT, SECRET, type Subject, subjects } from './subjects.js';

/** A column of the table. */
export const CELLS = [
  { name: 'generate, cold', steps: 0 },
  { name: 'generate, warm', steps: 0 },
  { name: '±1 right', steps: 1 },
  { name: '±1 wrong', steps: 1 },
  { name: '±10 wrong', steps: 10 },
  { name: '24 h wrong', steps: 2880 },
] as const;

export type Cell = (typeof CELLS)[number];

/** The library that does nothing but the compressions: two of noble's for each code. */
export const FLOOR = 'floor';

const HASHES = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;

/** Everything that can be timed for a cell, after it answered rightly once. */
export async function timedFor(algorithm: Algorithm, cell: Cell): Promise<Timed[]> {
  const right = totp(importKey(SECRET, { algorithm }), { at: AT });
  const code = cell.name.endsWith('wrong') ? wrongCode(algorithm) : right;
  const timed = [floor(algorithm, 2 * cell.steps + 1)];
  for (const subject of subjects(algorithm)) {
    const run = ask(subject, cell, code);
    if (!run) continue;
    const expected = cell.steps === 0 ? right : code === right;
    if ((await run()) !== expected) throw new Error(`${subject.name} is wrong in ${cell.name}`);
    timed.push({ name: subject.name, run, ...(subject.slow ? { slow: true } : {}) });
  }
  return timed;
}

/** The same code asked of a library at each place of a window of three steps each way. */
export function timedByPosition(algorithm: Algorithm, name: string): Timed[] {
  const subject = subjects(algorithm).find((one) => one.name === name)!;
  const key = importKey(SECRET, { algorithm });
  const now = Math.floor(AT / 30_000);
  return [-3, -2, -1, 0, 1, 2, 3].map((delta) => {
    const code = hotp(key, now + delta);
    if (subject.verify?.(code, 3) !== true) throw new Error(`${name} is wrong at ${delta}`);
    return { name: String(delta), run: () => subject.verify!(code, 3) };
  });
}

function ask(subject: Subject, cell: Cell, code: string): Timed['run'] | undefined {
  if (cell.name === 'generate, cold') return subject.cold;
  if (cell.name === 'generate, warm') return subject.warm;
  const { verify } = subject;
  return verify && (() => verify(code, cell.steps));
}

/** A code of no step of the day around. */
function wrongCode(algorithm: Algorithm): string {
  const key = importKey(SECRET, { algorithm });
  const now = Math.floor(AT / 30_000);
  const codes = new Set(Array.from({ length: 5763 }, (_, i) => hotp(key, now - 2881 + i)));
  for (let number = 123_456; ; number++) if (!codes.has(String(number))) return String(number);
}

function floor(algorithm: Algorithm, codes: number): Timed {
  const hash = HASHES[algorithm];
  const block = new DataView(new ArrayBuffer(hash.blockLen));
  const state = hash.create() as unknown as { process(block: DataView, at: number): void };
  const run = (): void => {
    for (let i = 0; i < 2 * codes; i++) state.process(block, 0);
  };
  return { name: FLOOR, run };
}
