/** One run of the suite in one runtime, with a hard end. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../suite/suite.js';
import { bundle } from './bundle.js';
import { endGroup, signalGroup, startGroup } from './group.js';
import { servePlace } from './place.js';
import type { Runtime } from './runtimes.js';

/** Milliseconds a runtime may take, its start included. */
const LIMIT = 45_000;

/**
 * Runs the suite in a runtime and gives what it reported. Rejects where it can't be bundled, breaks
 * before it reports, or does not report in time; the message has what the runtime said last.
 */
export async function conform(runtime: Runtime): Promise<Result[]> {
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
    if (runtime.bundle) await bundle(runtime.bundle, script);
    child = startGroup(runtime.command({ origin: place.origin, folder }), { folder });
    return await Promise.race([place.report, ended(child), late()]);
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

function late(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no report within ${LIMIT / 1000} s`)), LIMIT).unref();
  });
}
