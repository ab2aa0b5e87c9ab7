// JSR would take every package as it stands: its types are written out, nothing is added to the global scope.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DENO = join(ROOT, 'conformance/node_modules/deno/deno');
const isThere = existsSync(DENO);
if (!isThere && process.env.CI === 'true') throw new Error('deno is missing: CI has to ask it');
if (!isThere) console.warn('SKIPPED, nothing was shown: deno has no build for this machine');
const PACKAGES = readdirSync(join(ROOT, 'packages'));
const folder = mkdtempSync(join(tmpdir(), 'jsr-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What JSR wants to be told, as package.json says it. */
function jsrOf({ name, version, license, exports = {} }) {
  const sources = Object.entries(exports).map(([path, { default: built }]) => [
    path,
    built.replace('dist/', 'src/').replace(/\.js$/, '.ts'),
  ]);
  const publish = { include: ['src', 'README.md'] };
  return { name, version, license, exports: Object.fromEntries(sources), publish };
}

function writeJson(path, value) {
  writeFileSync(path, JSON.stringify(value));
}

/** A copy of the sources, changed by `change`, as deno would publish them. */
function dryRun(change = () => {}) {
  const copy = mkdtempSync(join(folder, 'copy-'));
  mkdirSync(join(copy, 'packages'));
  for (const name of PACKAGES) {
    const [from, to] = [join(ROOT, 'packages', name), join(copy, 'packages', name)];
    mkdirSync(to);
    for (const part of ['src', 'README.md', 'package.json']) {
      cpSync(join(from, part), join(to, part), { recursive: true });
    }
    symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
    writeJson(join(to, 'jsr.json'), jsrOf(JSON.parse(readFileSync(join(to, 'package.json')))));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const workspace = PACKAGES.map((name) => `./packages/${name}`);
  writeJson(join(copy, 'deno.json'), {
    workspace,
    nodeModulesDir: 'manual',
    unstable: ['sloppy-imports'],
  });
  change(copy);
  // The types were checked when they were built.
  const args = ['publish', '--dry-run', '--allow-dirty', '--no-check'];
  const env = { ...process.env, NO_COLOR: '1' };
  return spawnSync(DENO, args, { cwd: copy, encoding: 'utf8', env });
}

test.skipIf(!isThere)('deno would publish every package to JSR', () => {
  const { status, stderr } = dryRun();
  expect(stderr).toContain('Dry run complete');
  for (const name of PACKAGES) expect(stderr).toContain(`@driftlock/${name}@`);
  expect(status).toBe(0);
});

test.skipIf(!isThere)('a type that is left to be found out is refused', () => {
  const { status, stderr } = dryRun((copy) => {
    const index = join(copy, 'packages/totp-core/src/index.ts');
    const told = readFileSync(index, 'utf8');
    writeFileSync(index, `${told}\nexport const now = () => [Date.now()].map(String);\n`);
  });
  expect(stderr).toContain('missing-explicit-return-type');
  expect(status).not.toBe(0);
});
