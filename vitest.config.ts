// Tests run on the sources: each package's exports, dist/X.js, are read as src/X.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

interface Manifest {
  name: string;
  exports?: Record<string, { default: string }>;
}

const sources = readdirSync('packages').flatMap((folder) => {
  const manifest: Manifest = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8'));
  return Object.entries(manifest.exports ?? {}).map(([subpath, target]) => ({
    find: new RegExp(`^${manifest.name}${subpath.slice(1)}$`),
    replacement: new URL(
      `packages/${folder}/${target.default.replace('dist/', 'src/').replace(/\.js$/, '.ts')}`,
      import.meta.url,
    ).pathname,
  }));
});

export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: [
      '{packages/*,bench,conformance,conformance/clients}/test/**/*.test.ts',
      'scripts/**/*.test.js',
    ],
    // The second listens to gateways alone, for anything secret that gets out.
    setupFiles: ['vitest.setup.ts', 'packages/gateway/test/canary/whole-run.ts'],
    // Many wait for other processes: with a worker less than processors, one would stand idle.
    maxWorkers: '100%',
    // No test is about time: a busy machine may take as long as it needs.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
