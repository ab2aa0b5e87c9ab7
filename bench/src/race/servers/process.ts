/** A server of somebody else's, started on a free loopback port in a folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A database server under a test's control. */
export interface DatabaseServer {
  url: string;
  /** Ends it without a warning, and starts it again on what its files hold. */
  crash(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface Identity {
  uid?: number;
  gid?: number;
}

/** Milliseconds that a server may take until it says that it is ready. */
const PATIENCE = 30_000;

/** What is looked for is not on this machine. */
export class NotInstalled extends Error {}

/** `undefined`, and said aloud, where the server is not installed; in CI that is a failure. */
export async function ifInstalled<Server>(
  start: () => Promise<Server>,
): Promise<Server | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof NotInstalled) || process.env.CI === 'true') throw error;
    console.warn(`SKIPPED, nothing was shown: ${error.message}`);
    return undefined;
  }
}

/** Throws where the program is neither on the path nor where Debian puts it. */
export function programNamed(name: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (!found) throw new NotInstalled(`${name} is not installed`);
  return found;
}

/** Who a server that refuses to run as root may run as; nobody else where we are not root. */
export function identityOf(user: string): Identity {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program and resolves once a line that it prints holds `ready`; rejects if it ends first. */
export async function startProgram(
  command: readonly [string, ...string[]],
  { ready, ...as }: { ready: string } & Identity,
): Promise<ChildProcess> {
  const [program, ...rest] = command;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], ...as });
  // It must not outlive whoever started it, however that ends.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const printed: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error(`${program} did not start:\n${printed.join('\n')}`));
      timer = setTimeout(fail, PATIENCE);
      child.once('error', reject).once('exit', fail);
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          if (printed.length < 100) printed.push(line);
          if (line.includes(ready)) resolve();
        });
      }
    });
  } catch (error) {
    end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return child;
}

/** Resolves once the program is gone. */
export async function endProgram(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
