/** How many instructions a call takes, counted by valgrind's callgrind: no clock, hence no noise. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeCommonJs } from './commonjs.js';

/** By V8's interpreter alone, and as V8 compiles what runs often. */
export type Mode = 'interpreted' | 'compiled';

/**
 * `equal`: its classes must take equal work. `secrets`: they must when compiled; interpreted, the
 * hash itself makes objects of large words. `control`: an early exit, which must show.
 */
export interface Group {
  kind: 'equal' | 'secrets' | 'control';
  name: string;
  classes: string[];
}

/** Instructions per call of a class: the least of some runs, and by how much the runs differ. */
export interface Count {
  name: string;
  interpreted: { least: number; spread: number };
  compiled: { least: number; spread: number };
}

export type Counted = (Omit<Group, 'classes'> & { classes: Count[] })[];

export const GROUPS: readonly Group[] = [
  {
    kind: 'equal',
    name: 'accepted',
    classes: ['the oldest step', 'the present step', 'the newest step'],
  },
  {
    kind: 'equal',
    name: 'accepted, another used',
    classes: ['the present step, the one before used', 'the newest step, the same used'],
  },
  {
    kind: 'equal',
    name: 'refused as wrong',
    classes: ['wrong in the last digit', 'wrong in every digit'],
  },
  {
    kind: 'equal',
    name: 'refused as used',
    classes: ['the oldest step, used', 'the newest step, used'],
  },
  {
    kind: 'equal',
    name: 'kernel',
    classes: [
      'truncated at 0',
      'truncated at 5',
      'truncated at 10',
      'truncated at 15',
      'truncated to 12',
      'truncated to 999,999',
      'truncated to 2,147,483,647',
    ],
  },
  { kind: 'secrets', name: 'SHA-1', classes: ['one secret, SHA-1', 'another secret, SHA-1'] },
  { kind: 'secrets', name: 'SHA-512', classes: ['one secret, SHA-512', 'another secret, SHA-512'] },
  {
    kind: 'control',
    name: 'an early exit',
    classes: ['early exit at the oldest step', 'early exit at the newest step'],
  },
];

// Counted three times over, for two differences: what a process does once falls out of them, and
// they show whether they agree.
const TIMES = [1, 2, 3] as const;
const CALLS = { interpreted: 10, compiled: 500 };
const WARM_UP = { interpreted: 10, compiled: 4000 };

// Callgrind counts in this function of Node's: it runs the one script, which makes the calls.
const WITHIN = 'node::contextify::ContextifyScript::RunInContext*';
// A young generation that is not full before the end: no garbage is collected meanwhile.
const V8 =
  '--single-threaded --predictable --hash-seed=1 --random-seed=1 --v8-pool-size=0 --min-semi-space-size=64 --max-semi-space-size=64';

/** Why nothing can be counted here; undefined if it can. */
export function whyNotCounted(): string | undefined {
  if (process.platform !== 'linux') return 'callgrind is used on Linux alone';
  for (const tool of ['valgrind', 'setarch']) {
    if (spawnSync(tool, ['--version']).status !== 0) return `${tool} is not installed`;
  }
  return undefined;
}

/** Counts every class of every group. */
export async function countInstructions(entry: string): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'counted-'));
  try {
    const core = writeCommonJs(entry, folder);
    const names = GROUPS.flatMap((group) => group.classes);
    const counts = new Map<string, Count>();
    const empty = await count(core, names[0]!, 'compiled', 0);
    const queue = names.slice();
    const worker = async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        const interpreted = await perCall(core, name, 'interpreted', empty);
        const compiled = await perCall(core, name, 'compiled', empty);
        counts.set(name, { name, interpreted, compiled });
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    return GROUPS.map((group) => ({
      ...group,
      classes: group.classes.map((name) => counts.get(name)!),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function perCall(
  core: string,
  name: string,
  mode: Mode,
  empty: number,
): Promise<Count[Mode]> {
  const [once, twice, thrice] = await Promise.all(
    TIMES.map((times) => count(core, name, mode, times * CALLS[mode])),
  );
  // Also where callgrind did not find the function: this node has no symbols.
  if (empty === 0 || once! < 2 * empty) throw new Error('callgrind saw none of the calls');
  const counts = [(twice! - once!) / CALLS[mode], (thrice! - twice!) / CALLS[mode]];
  const least = Math.min(...counts);
  return { least, spread: Math.max(...counts) - least };
}

async function count(core: string, name: string, mode: Mode, calls: number): Promise<number> {
  const script = fileURLToPath(new URL('counted.cjs', import.meta.url));
  const warmUp = calls === 0 ? 0 : WARM_UP[mode];
  const { stderr } = await promisify(execFile)(
    'setarch',
    [
      ...['-R', 'valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'],
      ...[`--toggle-collect=${WITHIN}`, process.execPath, ...V8.split(' ')],
      ...(mode === 'interpreted' ? ['--jitless'] : []),
      ...[script, core, name.padEnd(40), String(calls), String(warmUp)],
    ],
    // Whatever else is in the environment would move addresses about.
    { env: { PATH: process.env.PATH, HOME: tmpdir(), UV_THREADPOOL_SIZE: '1' } },
  );
  const collected = /Collected : (\d+)/.exec(stderr)?.[1];
  if (collected === undefined) throw new Error(`callgrind said nothing of ${name}`);
  return Number(collected);
}
