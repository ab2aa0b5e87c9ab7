/** `driftlock gateway`: everything in one process, with an Authy of its own; what `npm start` runs. */
import { randomBytes } from 'node:crypto';
import { type Serving, serveGateway } from '@driftlock/gateway/node';
import { readArguments } from './arguments.js';
import { CliError, misused } from './cli-error.js';
import { type Data, openData } from './data.js';
import { EXIT, type Exit } from './exit.js';
import { tour } from './tour/tour.js';
import type { Verb, World } from './verb.js';

const HELP = `driftlock gateway - serve the gateway, with an Authy of its own to test against

Usage
  driftlock gateway [options]

Options
  --host H           the address to listen on (default HOST, else 127.0.0.1)
  --port P           the port (default PORT, else 8626); 0 takes a free one
  --data FILE        keep everything in this libSQL file (default
                     DRIFTLOCK_DATA, else in memory, gone when it ends)
  --tour             once it serves, run the tour against a throwaway gateway

Environment
  DRIFTLOCK_KEY        opens /v1 and /emulator; made and printed if not set
  DRIFTLOCK_AUTHY_KEY  opens /protected/json (default DRIFTLOCK_KEY)
  DRIFTLOCK_SEAL_KEY   seals seeds in --data: 32 bytes as hex or base64url. Not
                       set, it is made and kept in FILE.seal-key, for its owner
                       alone. NEW,OLD seals everything anew and still opens OLD

The mode is local-first: a code is accepted at once where this machine can tell,
and the authority has the last word. The Authy of its own is always in memory:
of --data it gets back the users of accounts with a seed, and nothing else.

Exit status
  0 ended by SIGINT or SIGTERM   1 a scene of the tour failed   2 the options
  are wrong, or the address is not this machine's   75 the port is taken

Examples
  driftlock gateway
  DRIFTLOCK_KEY=$(cat operator.key) driftlock gateway --port 8080
`;

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  tour: { type: 'boolean' },
} as const;

export const gateway: Verb = gatewayVerb(tour);

/** The verb, with the tour it plays. */
export function gatewayVerb(play: typeof tour): Verb {
  return { help: HELP, options: OPTIONS, run: (args, world) => serve(args, world, play) };
}

async function serve(args: string[], world: World, play: typeof tour): Promise<Exit> {
  const { env } = world;
  const { host = env.HOST, port = env.PORT, ...given } = readArguments(args, OPTIONS);
  const { data: file = env.DRIFTLOCK_DATA || undefined } = given;
  if (file === '') misused('--data takes a file');
  const chosen = readKey('DRIFTLOCK_KEY', env);
  const authy = readKey('DRIFTLOCK_AUTHY_KEY', env);
  const keys = {
    operator: chosen || randomBytes(24).toString('base64url'),
    ...(authy ? { authy } : {}),
  };
  const where = { host: host || '127.0.0.1', port: readPort(port || '8626'), keys };
  // Heard before anything is opened, so that no signal finds it half open.
  const stop = hearSignals();
  const data = file === undefined ? undefined : openData(file, { env, keys });
  try {
    const serving = await listen({ ...where, ...(await data) });
    try {
      world.out(greeting(serving.url, { madeKey: chosen ? undefined : keys.operator, file }));
      const { url } = serving;
      if (given.tour && !(await toured(world, { url, play, stop }))) return EXIT.notValid;
      await stop.heard;
      return EXIT.valid;
    } finally {
      await serving.close();
    }
  } finally {
    await data?.then(({ stores }) => stores.close()).catch(() => {});
    stop.release();
  }
}

const NO_ADDRESS = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_[A-Z]+)$/;

async function listen(
  where: Partial<Data> & {
    host: string;
    port: number;
    keys: { operator: string; authy?: string };
  },
): Promise<Serving> {
  try {
    return await serveGateway({ ...where, mode: 'emulate', policy: { mode: 'local-first' } });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const message = `port ${where.port} is taken; choose another with --port or PORT`;
      throw new CliError('ERR_LISTEN', message);
    }
    if (code === 'EACCES') misused(`port ${where.port} is not for everybody; choose one from 1024`);
    if (NO_ADDRESS.test(String(code))) misused('--host: nothing can listen at this address');
    // Its own Authy is asked over http, and so on this machine alone.
    if (code === 'ERR_AUTHY_INPUT') misused('--host takes a loopback address, 0.0.0.0 or ::');
    throw error;
  }
}

/** Whether the tour went well, or was ended early by a signal. */
async function toured(
  { out: write, colors }: World,
  { url, play, stop }: { url: string; play: typeof tour; stop: Stop },
): Promise<boolean> {
  const outcome = await play({ write, colors, signal: stop.signal });
  if (stop.signal.aborted) return true;
  if (outcome !== EXIT.valid) {
    write('\nThe gateway ends: what the tour shows does not hold.\n');
    return false;
  }
  write(`\nThe gateway goes on serving at ${url}. Ctrl-C ends it.\n`);
  return true;
}

function greeting(
  url: string,
  { madeKey, file }: { madeKey: string | undefined; file: string | undefined },
): string {
  const key = madeKey
    ? `${madeKey}\n            made for this run; set DRIFTLOCK_KEY to choose one`
    : 'the value of DRIFTLOCK_KEY';
  return `Driftlock gateway, with an Authy of its own to test against

  serving   ${url}
  key       ${key}
  mode      local-first; ${file ? `kept in ${file}` : 'everything in memory, gone when it ends'}
  next      curl ${url}/healthz, then the session in README.md

`;
}

/** Unset where it is empty. */
function readKey(name: string, env: World['env']): string | undefined {
  const key = env[name] || undefined;
  if (key && !/^[\x21-\x7e]+$/.test(key)) misused(`${name} takes visible ASCII without spaces`);
  return key;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) misused('--port takes a number from 0 to 65535');
  return port;
}

interface Stop {
  signal: AbortSignal;
  heard: Promise<void>;
  release(): void;
}

function hearSignals(): Stop {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  const heard = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  // Once: a second signal ends a process that hangs.
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, stop);
  return {
    signal,
    heard,
    release() {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, stop);
    },
  };
}
