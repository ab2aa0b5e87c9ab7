/** Every runtime: how it is started, which version it is, and what it must have. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundle } from './bundle.js';

const HERE = fileURLToPath(new URL('../..', import.meta.url));

/** One start of a runtime. */
export interface Start {
  origin: string;
  /** A folder of this start's own; the bundle is `bundle.js` there. */
  folder: string;
}

export interface Runtime {
  name: string;
  /** As the README calls it. */
  title: string;
  /** What it is loaded from; absent where it resolves the packages itself. */
  bundle?: Bundle;
  /** Whether it is a browser with a page, and so with elements and IndexedDB. */
  page: boolean;
  /** Undefined where it can't be had on this machine. */
  version(): string | undefined;
  command(start: Start): [string, ...string[]];
}

const COMMAND = join(HERE, 'dist/runners/command.js');

/** A runtime that came as a package of ours, under this name. */
const packaged = (name: string, file: string): string => join(HERE, 'node_modules', name, file);

const versionOfPackage = (name: string) => (): string | undefined => {
  try {
    return JSON.parse(readFileSync(packaged(name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
};

/** What a program of this machine says when it is asked. */
const versionOfProgram =
  (...[program, ...words]: [string, ...string[]]) =>
  (): string | undefined => {
    try {
      const options = { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 } as const;
      const said = execFileSync(program, [...words, '--version'], options);
      return /\d+(\.\d+)+/.exec(said)?.[0];
    } catch {
      return undefined;
    }
  };

const node = (name: string): Runtime => ({
  name,
  title: 'Node',
  page: false,
  version: versionOfPackage(name),
  command: ({ origin }) => [packaged(name, 'bin/node'), COMMAND, origin],
});

export const CHROMIUM = '/usr/bin/chromium';
export const CHROMIUM_OPTIONS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--no-first-run',
  ...['gpu', 'quic', 'background-networking', 'component-update', 'sync', 'dev-shm-usage'].map(
    (what) => `--disable-${what}`,
  ),
];

export const FIREFOX = '/usr/bin/firefox-esr';
/** What it would otherwise ask of servers elsewhere. */
const FIREFOX_PREFERENCES = [
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
  'app.update.enabled',
  'datareporting.policy.dataSubmissionEnabled',
  'extensions.getAddons.cache.enabled',
  'browser.safebrowsing.downloads.remote.enabled',
];

/** A profile that asks nothing of servers elsewhere. */
export function writeFirefoxProfile(folder: string, more: Record<string, number> = {}): void {
  const preferences = [
    ...FIREFOX_PREFERENCES.map((name): [string, boolean] => [name, false]),
    ...Object.entries(more),
  ];
  const lines = preferences.map(([name, value]) => `user_pref('${name}', ${value});\n`);
  writeFileSync(join(folder, 'user.js'), lines.join(''));
}

export const XVFB = '/usr/bin/xvfb-run';
export const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export const RUNTIMES: readonly Runtime[] = [
  {
    name: 'node',
    title: 'Node',
    page: false,
    version: () => process.versions.node,
    command: ({ origin }) => [process.execPath, COMMAND, origin],
  },
  node('node22'),
  node('node24'),
  {
    name: 'deno',
    title: 'Deno',
    page: false,
    version: versionOfPackage('deno'),
    command: ({ origin }) => [
      packaged('deno', 'deno'),
      ...['run', '--no-remote', '--node-modules-dir=manual', '--allow-net=127.0.0.1'],
      ...[COMMAND, origin],
    ],
  },
  {
    name: 'bun',
    title: 'Bun',
    page: false,
    version: versionOfPackage('bun'),
    command: ({ origin }) => [packaged('bun', 'bin/bun'), COMMAND, origin],
  },
  {
    name: 'workerd',
    title: 'workerd (Cloudflare Workers)',
    bundle: 'worker',
    page: false,
    version: versionOfPackage('workerd'),
    command({ origin, folder }) {
      writeFileSync(join(folder, 'worker.capnp'), workerConfig(origin));
      return [packaged('workerd', 'bin/workerd'), 'test', join(folder, 'worker.capnp')];
    },
  },
  {
    name: 'edge-light',
    title: 'edge-light (Vercel Edge)',
    bundle: 'edge',
    page: false,
    version: versionOfPackage('edge-light'),
    command: ({ origin, folder }) => [
      process.execPath,
      join(HERE, 'dist/runners/edge.js'),
      join(folder, 'bundle.js'),
      origin,
    ],
  },
  {
    name: 'chromium',
    title: 'Chromium',
    bundle: 'page',
    page: true,
    version: versionOfProgram(CHROMIUM),
    command: ({ origin, folder }) => [
      CHROMIUM,
      ...CHROMIUM_OPTIONS,
      `--user-data-dir=${folder}`,
      origin,
    ],
  },
  {
    name: 'firefox',
    title: 'Firefox',
    bundle: 'page',
    page: true,
    version: versionOfProgram(FIREFOX),
    command({ origin, folder }) {
      writeFirefoxProfile(folder);
      return [FIREFOX, '--headless', '--no-remote', '--profile', folder, origin];
    },
  },
  {
    name: 'webkit',
    title: 'WebKitGTK',
    bundle: 'page',
    page: true,
    version: versionOfProgram(XVFB, '-a', MINI_BROWSER),
    command: ({ origin }) => [XVFB, '-a', MINI_BROWSER, origin],
  },
];

/** The runtime of that name. */
export function runtimeNamed(name: string): Runtime {
  const runtime = RUNTIMES.find((known) => known.name === name);
  if (!runtime) throw new Error(`no runtime is called ${name}`);
  return runtime;
}

/** Without Node's ways of speaking, and with nothing to reach but this machine. */
function workerConfig(origin: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "bundle.js", esModule = embed "bundle.js")],
      compatibilityDate = "2026-07-01",
      bindings = [(name = "ORIGIN", text = "${origin}")],
    )),
    (name = "internet", network = (allow = ["local"])),
  ],
);
`;
}
