/** A Postgres of our own: a fresh cluster with Debian's settings, reachable from this machine alone. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DatabaseServer,
  endProgram,
  freePort,
  identityOf,
  programNamed,
  startProgram,
} from './process.js';

/**
 * Starts a fresh Postgres; as root it runs as the user postgres. Throws where it is not installed.
 * `settings` are of postgresql.conf.
 */
export async function startPostgres(
  settings: Record<string, string> = {},
): Promise<DatabaseServer> {
  const [initdb, postgres] = [programNamed('initdb'), programNamed('postgres')];
  const as = identityOf('postgres');
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-postgres-'));
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const fresh = ['-D', data, '-U', 'driftlock', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(initdb, [...fresh, '--no-sync'], { ...as, stdio: 'ignore' });
  const port = await freePort();
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = (): Promise<ChildProcess> =>
    startProgram([postgres, '-D', data, '-p', `${port}`, ...flags], {
      ...as,
      ready: 'ready to accept',
    });
  let server = await start();
  return {
    url: `postgres://driftlock@127.0.0.1:${port}/postgres`,
    async crash() {
      // Its "immediate" end: every process of it goes at once, and the next start recovers from WAL.
      await endProgram(server, 'SIGQUIT');
      server = await start();
    },
    async stop() {
      await endProgram(server, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
