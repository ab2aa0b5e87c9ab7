/** One run of a script in one runtime, with a hard end. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../suite/suite.js';
import { bundle } from './bundle.js';
import { endGroup, signalGroup, startGroup } from './group.js';
import { servePlace } from './place.js';
import type { Runtime } from './runtimes.js';

/** Milliseconds a runtime may take for the suite, its start included. */
const LIMIT = 45_000;

/** Runs the suite in a runtime and gives what it reported. Rejects as `reportOf` does. */
export async function conform(runtime: Runtime): Promise<Result[]> {
  return reportOf(runtime, {
    limit: LIMIT,
    bundleTo: async (script) => runtime.bundle && bundle(runtime.bundle, script),
  });
}

export interface Script {
  /** Writes what the runtime is to load to a file. */
  bundleTo(script: string): Promise<void>;
  /** Milliseconds it may take, the start of the runtime included. */
  limit: number;
}

/**
 * Runs a script in a runtime and gives what it posts to `/report`. Rejects where it can't be bundled,
 * breaks before it reports, or does not report in time; the message has what the runtime said last.
 */
export async function reportOf<T>(runtime: Runtime, { bundleTo, limit }: Script): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-'));
  const script = join(folder, 'bundle.js');
  const place = await servePlace(script);
  let child: ChildProcess | undefined;
  const leaveNothing = () => {
    if (child) signalGroup(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', leaveNothing);
  try {
    await bundleTo(script);
    child = startGroup(runtime.command({ origin: place.origin, folder }), { folder });
    return (await Promise.race([place.report, ended(child), late(limit)])) as T;
  } finally {
    if (child) await endGroup(child);
    process.off('exit', leaveNothing);
    leaveNothing();
    place.close();
  }
}

/** Rejects when the runtime ends: whoever reports is not waited for any longer. */
async function ended(child: ChildProcess): Promise<never> {
  let said = '';
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return new Promise((_, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

function late(limit: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no report within ${limit / 1000} s`)), limit).unref();
  });
}
