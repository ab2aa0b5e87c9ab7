/** A workerd of our own: Workers bundled from a file, Durable Objects in a folder. */
import type { ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type PluginBuild } from 'esbuild';
import { ROOT } from '../../results.js';
import { endProgram, freePort, NotInstalled, startProgram } from './process.js';

const WORKERD = join(ROOT, 'bench/node_modules/workerd/bin/workerd');

export interface WorkersOptions {
  /** A TypeScript file that exports the classes and a `fetch`; our own packages are read as sources. */
  entry: string;
  /** Each with SQLite; bound under its own name. */
  classes: readonly string[];
  /** How many services run the entry; the classes live in the first. @default 1 */
  services?: number;
  /** What they find in their environment beside the classes. */
  vars?: Readonly<Record<string, string>>;
  /** The binding of a class. @default its own name */
  bound?: Readonly<Record<string, string>>;
  /** Runs the bundle minified, and leaves it in this file. */
  minified?: string;
}

export interface Workers {
  /** By service. */
  urls: string[];
  kill(): Promise<void>;
  /** Starts it again, once it was killed, on the same folder and ports. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Throws where workerd's package is not for this machine. */
export async function startWorkers({
  entry,
  classes,
  services = 1,
  minified,
  ...environment
}: WorkersOptions): Promise<Workers> {
  if (!existsSync(WORKERD)) throw new NotInstalled('workerd is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-workerd-'));
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  await bundle(entry, { outfile: join(folder, 'worker.js'), minify: minified !== undefined });
  if (minified) copyFileSync(join(folder, 'worker.js'), minified);
  const ports: number[] = [];
  while (ports.length < services) ports.push(await freePort());
  writeFileSync(
    join(folder, 'config.capnp'),
    configOf({ ports, classes, objects, ...environment }),
  );
  const start = (): Promise<ChildProcess> =>
    startProgram([WORKERD, 'serve', '--control-fd=1', join(folder, 'config.capnp')], {
      ready: `"socket":"http${services - 1}"`,
    });
  let server = await start();
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    kill: () => endProgram(server, 'SIGKILL'),
    async start() {
      server = await start();
    },
    async stop() {
      // Asked to end, it would wait for requests that never will.
      await endProgram(server, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function bundle(
  entry: string,
  { outfile, minify }: { outfile: string; minify: boolean },
): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    minify,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [{ name: 'sources', setup: resolveSources }],
    logLevel: 'error',
  });
}

/** Each package's exports, dist/X.js, are read as src/X.ts. */
function resolveSources({ onResolve }: PluginBuild): void {
  onResolve({ filter: /^@driftlock\// }, ({ path }) => {
    const [, name = '', subpath = ''] = /^@driftlock\/([^/]+)(.*)$/.exec(path) ?? [];
    const folder = join(ROOT, 'packages', name);
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { default: file } = exports[`.${subpath}`];
    return { path: join(folder, file.replace('dist/', 'src/').replace(/\.js$/, '.ts')) };
  });
}

function configOf(
  options: Pick<WorkersOptions, 'classes' | 'vars' | 'bound'> & {
    ports: number[];
    objects: string;
  },
) {
  const { ports, classes, objects, vars = {}, bound = {} } = options;
  const namespaces = classes.map(
    (name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`,
  );
  const objectsOf = classes.map(
    (name) =>
      `(name = "${bound[name] ?? name}", durableObjectNamespace = (className = "${name}", serviceName = "worker0"))`,
  );
  const texts = Object.entries(vars).map(([name, text]) => `(name = "${name}", text = "${text}")`);
  const bindings = [...objectsOf, ...texts];
  const workers = ports.map((_, index) => {
    const own = `durableObjectNamespaces = [${namespaces}], durableObjectStorage = (localDisk = "objects"),`;
    return `(name = "worker${index}", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-07-01", ${index === 0 ? own : ''}
      bindings = [${bindings}]))`;
  });
  const sockets = ports.map(
    (port, index) =>
      `(name = "http${index}", address = "127.0.0.1:${port}", http = (), service = "worker${index}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "objects", disk = (path = "${objects}", writable = true)), ${workers}],
  sockets = [${sockets}]);`;
}
