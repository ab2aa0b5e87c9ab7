/** The audit log as it grows, by whichever process: in order of time, each entry at least once. */
import type { Records } from '../stores/engine.js';
import { type Entry, isAt, parsed, sliceOf } from './entry.js';
import { LATE, sliceAt } from './walk.js';

export interface FollowOptions {
  /** Unix milliseconds. */
  now: () => number;
  /** Begins with what was written then; entries of the half minute before come again. @default now */
  since?: number;
  signal: AbortSignal;
  /** Milliseconds between two looks. @default 500 */
  pause?: number;
}

export type Followed =
  | { entry: Entry }
  /** Too long ago to be caught up with here: it is to be read in pages. */
  | { missed: { from: number; until: number } }
  /** Nothing new. */
  | 'quiet';

/** Milliseconds that can be caught up with. */
const BACKLOG = 86_400_000;
const PAUSE = 500;
/** Every so many looks those who write late are looked for, too. */
const THOROUGH = 5;

/**
 * Ends when the signal is aborted; throws where the engine does not answer. It looks into slices of
 * time, into each until nobody can still be writing there, and remembers what it told of those.
 */
export async function* follow(engine: Records, options: FollowOptions): AsyncGenerator<Followed> {
  const { now, signal, pause = PAUSE } = options;
  const start = now();
  const from = Math.min(Math.max(options.since ?? start, start - BACKLOG), start);
  if (options.since !== undefined && options.since < from) {
    yield { missed: { from: options.since, until: from } };
  }
  const told = new Map<number, Set<string>>();
  let oldest = sliceOf(from - LATE);
  let present = oldest;
  // Whoever names no entry wants what comes, not what was.
  let silent = options.since === undefined;
  for (let look = 0; !signal.aborted; look++) {
    const at = now();
    const isThorough = look % THOROUGH === 0;
    const last = sliceOf(isThorough ? at + LATE : at);
    for (let slice = isThorough ? oldest : present; slice <= last; slice++) {
      const known = told.get(slice) ?? new Set();
      told.set(slice, known);
      const fresh = await freshAt(engine, { slice, known });
      if (!silent) yield* fresh.map((entry) => ({ entry }));
      // Nobody writes there any more, and no look will begin before it again.
      if (isThorough && slice < sliceOf(at - LATE)) told.delete(slice);
      if (signal.aborted) return;
    }
    // Set back, the clock is followed back: what is told twice then has one id.
    if (isThorough) oldest = sliceOf(at - LATE);
    present = sliceOf(at);
    silent = false;
    yield 'quiet';
    await elapsed(pause, signal);
  }
}

async function freshAt(
  engine: Records,
  { slice, known }: { slice: number; known: Set<string> },
): Promise<Entry[]> {
  const fresh: Entry[] = [];
  for await (const { key, value } of sliceAt(engine, slice)) {
    const entry = known.has(key) ? undefined : parsed(value);
    known.add(key);
    // One that was changed is told, as the pages show it; whether it was is for the check to say.
    if (entry && isAt(entry, key)) fresh.push(entry);
  }
  return fresh.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

async function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
