/** A Redis of our own, reachable from this machine alone. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DatabaseServer,
  endProgram,
  freePort,
  programNamed,
  startProgram,
} from './process.js';

/**
 * Starts an empty Redis that appends to its file before it answers. Throws where it is not
 * installed. `settings` are of redis.conf.
 */
export async function startRedis(settings: Record<string, string> = {}): Promise<DatabaseServer> {
  const program = programNamed('redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-redis-'));
  const port = await freePort();
  const all = { appendonly: 'yes', appendfsync: 'always', save: '', ...settings };
  const flags = Object.entries({ port: `${port}`, bind: '127.0.0.1', dir: folder, ...all });
  const start = (): Promise<ChildProcess> =>
    startProgram([program, ...flags.flatMap(([name, value]) => [`--${name}`, value])], {
      ready: 'Ready to accept connections',
    });
  let server = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    async crash() {
      await endProgram(server, 'SIGKILL');
      server = await start();
    },
    async stop() {
      // Asked to end while it writes its first file, Redis says no and stays.
      await endProgram(server, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
