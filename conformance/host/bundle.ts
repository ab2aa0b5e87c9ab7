/** The suite and the built packages in one file, for runtimes that have no folder of modules. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('..', import.meta.url));

/** What each kind of bundle is built from, and as what. */
const KINDS = {
  page: { entry: 'runners/page.js', format: 'esm' },
  worker: { entry: 'runners/worker.js', format: 'esm' },
  edge: { entry: 'suite/suite.js', format: 'iife' },
} as const;

export type Bundle = keyof typeof KINDS;

/** Writes the bundle to `outfile`. What Node alone has stays an import, for the runtime to refuse. */
export async function bundle(kind: Bundle, outfile: string): Promise<void> {
  const { entry, format } = KINDS[kind];
  await build({
    entryPoints: [`${DIST}${entry}`],
    outfile,
    format,
    globalName: 'suite',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    external: ['node:*'],
    logLevel: 'silent',
  });
}
