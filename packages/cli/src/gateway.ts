/** `driftlock gateway`: the gateway in one process; with an Authy of its own, what `npm start` runs. */
import { createEmulator, type Emulator } from '@driftlock/gateway/emulator';
import { type ServeOptions, type Serving, serveGateway } from '@driftlock/gateway/node';
import { readArguments } from './arguments.js';
import { CliError, misused } from './cli-error.js';
import { type Data, openData, readPlace } from './data.js';
import { EXIT, type Exit } from './exit.js';
import { type GatewaySetup, readSetup } from './gateway-setup.js';
import { logged } from './log.js';
import { tour } from './tour/tour.js';
import type { Verb, World } from './verb.js';

const HELP = `driftlock gateway - serve the gateway

Usage
  driftlock gateway [options]

Options
  --mode M           emulate: with an Authy of its own to test against (default)
                     proxy: your Authy has the last word
                     authority: the seeds held here have
  --policy P         local-first or authority-first; needed in proxy
  --host H           the address to listen on (default HOST, else 127.0.0.1)
  --port P           the port (default PORT, else 8626); 0 takes a free one
  --data WHERE       keep everything in this libSQL file, or on a server:
                     libsql://, https:// or postgres:// (default
                     DRIFTLOCK_DATA, else in memory, gone when it ends)
  --log              one JSON object a line on standard error: requests by their
                     routes, decisions, alarms, the ends of the audit log
  --tour             once it serves, run the tour against a throwaway gateway

Environment
  DRIFTLOCK_KEY          opens /v1 and /emulator; made and printed if not set
  DRIFTLOCK_AUTHY_KEY    opens the Authy-compatible door: in emulate, default
                         DRIFTLOCK_KEY; in proxy and authority without a
                         default, and another than DRIFTLOCK_KEY
  DRIFTLOCK_UPSTREAM_KEY the key of your Authy, in proxy
  DRIFTLOCK_UPSTREAM     where it is (default https://api.authy.com)
  DRIFTLOCK_SEAL_KEY     seals seeds in --data: 32 bytes, hex or base64. Not
                         set, a file's is made and kept in FILE.seal-key, for
                         its owner alone; a server's has to be set. NEW,OLD
                         seals everything anew and still opens OLD
  DRIFTLOCK_DATA         as --data; the place for an address with a password
  DRIFTLOCK_DATA_TOKEN   opens a libSQL server
  DRIFTLOCK_LEDGER       a redis:// that keeps the ledger, beside --data

local-first accepts a code at once where this machine can tell, and the
authority has the last word; authority-first asks first. The Authy of emulate
is always in memory: of --data it gets back the users of accounts with a seed,
and nothing else.

Exit status
  0 ended by SIGINT or SIGTERM   1 a scene of the tour failed   2 the options
  are wrong, or the address is not this machine's   75 the port is taken,
  or a server of --data or DRIFTLOCK_LEDGER can not be used

Examples
  driftlock gateway
  DRIFTLOCK_KEY=$(cat operator.key) driftlock gateway --port 8080
  driftlock gateway --mode authority --data driftlock.db
`;

const OPTIONS = {
  mode: { type: 'string' },
  policy: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  log: { type: 'boolean' },
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
  const setup = readSetup(given, env);
  const where = { host: host || '127.0.0.1', port: readPort(port || '8626') };
  const place = readPlace(given.data, env);
  // Heard before anything is opened, so that no signal finds it half open.
  const stop = hearSignals();
  const opening = place === undefined ? undefined : openData(place, env);
  try {
    const data = await opening;
    const hooks = given.log ? logged(world) : {};
    const serving = await listen({ ...where, ...hooks, ...(await optionsOf(setup, data)) });
    try {
      world.out(greeting(serving.url, { setup, kept: data?.place }));
      const { url } = serving;
      if (given.tour && !(await toured(world, { url, play, stop }))) return EXIT.notValid;
      await stop.heard;
      return EXIT.valid;
    } finally {
      await serving.close();
    }
  } finally {
    await opening?.then(({ stores }) => stores.close()).catch(() => {});
    stop.release();
  }
}

async function optionsOf(
  { options }: GatewaySetup,
  data: Data | undefined,
): Promise<GatewaySetup['options'] & Partial<Pick<ServeOptions, 'stores' | 'emulator'>>> {
  if (!data) return options;
  const { stores } = data;
  if (options.mode !== 'emulate') return { ...options, stores };
  const { operator, authy = operator } = options.keys;
  const emulator: Emulator = createEmulator({ apiKey: authy, operatorKey: operator });
  await data.restore(emulator);
  return { ...options, stores, emulator };
}

const NO_ADDRESS = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTFOUND|EAI_[A-Z]+)$/;

async function listen(options: ServeOptions): Promise<Serving> {
  try {
    return await serveGateway(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const message = `port ${options.port} is taken; choose another with --port or PORT`;
      throw new CliError('ERR_LISTEN', message);
    }
    if (code === 'EACCES')
      misused(`port ${options.port} is not for everybody; choose one from 1024`);
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

const WHAT: Record<GatewaySetup['options']['mode'], string> = {
  emulate: 'with an Authy of its own to test against',
  proxy: 'in front of your Authy',
  authority: 'by the seeds it holds',
};

function greeting(
  url: string,
  { setup, kept }: { setup: GatewaySetup; kept: string | undefined },
): string {
  const { madeKey, options } = setup;
  const { mode, policy, keys } = options;
  const key = madeKey
    ? `${madeKey}\n            made for this run; set DRIFTLOCK_KEY to choose one`
    : 'the value of DRIFTLOCK_KEY';
  // In emulate everything below /protected is the emulator's.
  const door = keys.authy ? 'open, to DRIFTLOCK_AUTHY_KEY' : 'closed; set DRIFTLOCK_AUTHY_KEY';
  const place = kept ? `kept in ${kept}` : 'everything in memory, gone when it ends';
  return `Driftlock gateway, ${WHAT[mode]}

  serving   ${url}
  key       ${key}
${mode === 'emulate' ? '' : `  door      ${door}\n`}  mode      ${mode === 'authority' ? '' : `${policy.mode}; `}${place}
  next      curl ${url}/healthz, then the session in README.md

`;
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
  const heard = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const names = ['SIGINT', 'SIGTERM'];
  const release = () => {
    for (const name of names) process.off(name, stop);
  };
  // A second signal, whichever it is, ends a process that hangs.
  const stop = () => {
    release();
    controller.abort();
  };
  for (const name of names) process.on(name, stop);
  return { signal, heard, release };
}
