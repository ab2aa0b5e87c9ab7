/** A program in a group of its own, so that what it starts ends with it. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where it is, it ends a program with whoever started it, even if that was killed. */
const SETPRIV = '/usr/bin/setpriv';

/** Milliseconds it may take to end. */
const GRACE = 3000;

/** `folder` is its home and where its temporary files go. */
export function startGroup(
  [program, ...rest]: [string, ...string[]],
  { folder, stdio = ['ignore', 'pipe', 'pipe'] }: { folder: string; stdio?: StdioOptions },
): ChildProcess {
  const env = { ...process.env, HOME: folder, TMPDIR: folder, NO_COLOR: '1' };
  const options = { detached: true, stdio, env };
  if (!existsSync(SETPRIV)) return spawn(program, rest, options);
  return spawn(SETPRIV, ['--pdeathsig', 'KILL', program, ...rest], options);
}

/**
 * Ends the program and what it started, by their group. They are asked first: a display that is
 * killed leaves its lock behind.
 */
export async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  for (let waited = 0; waited < GRACE && signalGroup(child, 0); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signalGroup(child, 'SIGKILL');
}

/** Whether anybody of the group was left to get it. */
export function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, name);
  } catch {
    return false;
  }
}
