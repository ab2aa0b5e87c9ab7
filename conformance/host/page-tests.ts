/** The browser package's own tests, as they stand, in the page of a real engine. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Result } from '../suite/suite.js';
import { reportOf } from './conform.js';
import type { Runtime } from './runtimes.js';

const TESTS = fileURLToPath(new URL('../../../packages/browser/test/', import.meta.url));
const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/** Files that need more than a page, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'gateway-authority.test.ts':
    "it breaks connections as only a server can, and looks into Node's heap",
  'gateway-authority-kit.test.ts': 'its gateway is a server in Node',
  'otp-field/define.test.ts': 'it is about a place without elements',
};

/** Tests that need more than a page, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'persistence.test.ts > asking the browser to keep the store > can not ask where there is no such thing at all':
    'a page has one, and in Firefox it asks the person',
  'store.test.ts > the store > says when there is no IndexedDB': 'a page has one',
  'store.test.ts > the store > stays closed once the browser closed it':
    'no page can make its browser close a database',
  'store.test.ts > the store > says when a transaction finds no room as it completes':
    'no page can fill the disk between a request and its end',
};

/** Milliseconds for all of them. */
const LIMIT = 600_000;

/** Every other file of tests, by its path in the package's test folder. */
export function testFiles(): string[] {
  const all = readdirSync(TESTS, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => file.endsWith('.test.ts') && !(file in ELSEWHERE)).sort();
}

/** Runs those files and gives what came of each test; a title is `file > suite > test`. */
export function testsInPage(
  runtime: Runtime,
  files: readonly string[],
  leftOut: readonly string[] = Object.keys(LEFT_OUT),
): Promise<Result[]> {
  return reportOf(runtime, {
    limit: LIMIT,
    bundleTo: (script) => bundleTests({ files, leftOut }, script),
  });
}

async function bundleTests(
  { files, leftOut }: Record<'files' | 'leftOut', readonly string[]>,
  outfile: string,
): Promise<void> {
  const imports = files.map((file) => `${JSON.stringify(file)}: () => import('./${file}')`);
  const contents = `import { runTests } from '${PAGE}run-tests.js';
    await runTests({ ${imports.join(', ')} }, ${JSON.stringify(leftOut)});`;
  await build({
    stdin: { contents, resolveDir: TESTS },
    outfile,
    format: 'esm',
    bundle: true,
    platform: 'browser',
    // WebKitGTK has no name yet for what `await using` asks.
    banner: { js: "Symbol.asyncDispose ??= Symbol('asyncDispose');" },
    target: 'es2022',
    plugins: [inAPage],
    logLevel: 'silent',
  });
}

/** What stands in for what a page has not; anything else of Node's is red where it is imported. */
const IN_A_PAGE: Readonly<Record<string, string>> = {
  vitest: 'vitest.js',
  'fake-indexeddb': 'indexeddb.js',
  './scripted-gateway.js': 'scripted-gateway.js',
  'node:crypto': 'node-crypto.js',
};

const inAPage: Plugin = {
  name: 'in-a-page',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vitest$|^fake-indexeddb$|\/scripted-gateway\.js$|^node:/ }, (found) => {
      const own = IN_A_PAGE[found.path];
      return own ? { path: join(PAGE, own) } : { path: found.path, namespace: 'node' };
    });
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = {}; throw new Error('no page has ${path}');`,
    }));
  },
};
