// What would be published: packed, looked over, and used in a project that has nothing else of ours.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiReport } from './api-report.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'packages-'));
const project = join(folder, 'project');
afterAll(() => rmSync(folder, { recursive: true }));

const PACKAGES = readdirSync(join(ROOT, 'packages'));
const manifestOf = (name) =>
  JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));
const tarballOf = (name) => join(folder, `driftlock-${name}-${manifestOf(name).version}.tgz`);
const pnpm = (args, cwd) =>
  execFileSync('npx', ['-y', 'pnpm@10.34.9', ...args], { cwd, encoding: 'utf8' });

/** What a tarball may hold. */
const PUBLISHED = [
  /^package\/dist\/.*\.(js|d\.ts)(\.map)?$/,
  /^package\/(bin|template)\//,
  /^package\/(README\.md|LICENSE|package\.json)$/,
];

beforeAll(() => {
  pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], ROOT);
});

describe.each(PACKAGES)('@driftlock/%s', (name) => {
  test('is a package that every tool can read', async () => {
    const tarball = readFileSync(tarballOf(name)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toStrictEqual([]);
  });

  test('has types that are those of its code', () => {
    const attw = join(ROOT, 'node_modules/.bin/attw');
    const args = [tarballOf(name), '--profile', 'esm-only', '--format', 'table', '--no-emoji'];
    const looked = spawnSync(attw, args, { encoding: 'utf8' });
    expect(looked.stdout).toContain(`@driftlock/${name} v`);
    expect({ status: looked.status, said: looked.status === 0 || looked.stdout }).toStrictEqual({
      status: 0,
      said: true,
    });
  });

  test('holds what was built, its README and its licence, and nothing else', () => {
    const listed = execFileSync('tar', ['-tzf', tarballOf(name)], { encoding: 'utf8' });
    const files = listed.trim().split('\n');
    const odd = files.filter((file) => !PUBLISHED.some((part) => part.test(file)));
    expect(odd).toStrictEqual([]);
    expect(files).toContain('package/LICENSE');
    expect(files).toContain('package/README.md');
  });

  test('asks for no other version of ours than this one', () => {
    const packed = execFileSync('tar', ['-xzOf', tarballOf(name), 'package/package.json']);
    const { dependencies = {} } = JSON.parse(packed);
    for (const [wanted, version] of Object.entries(dependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      if (!wanted.startsWith('@driftlock/')) continue;
      expect(version).toBe(manifestOf(wanted.slice('@driftlock/'.length)).version);
    }
  });

  test('is published by a CI that says where it was built', () => {
    const { publishConfig } = manifestOf(name);
    expect(publishConfig).toStrictEqual({ access: 'public', provenance: true });
  });

  test('declares what docs/api says it does', () => {
    // Where it says something else on purpose, npm run api writes it anew.
    const kept = readFileSync(join(ROOT, 'docs/api', `${name}.md`), 'utf8');
    expect(apiReport(ROOT, name)).toBe(kept);
  });
});

/** What each does in the new project: a line of code, and what it prints. */
const USES = {
  'totp-core': [
    `import { importKey, totp } from '@driftlock/totp-core';
     console.log(totp(importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), { at: 59_000 }));`,
    '287082',
  ],
  'api-client': [
    `import { createAuthyClient, createTwilioVerifyClient } from '@driftlock/api-client';
     const { tokens } = createAuthyClient({ apiKey: 'k' });
     console.log((await tokens.verify({ user: '1', token: 'x' })).reason);`,
    'malformed',
  ],
  verifier: [
    `import { createVerifier, memoryLedger } from '@driftlock/verifier';
     import { importKey, verify } from '@driftlock/totp-core';
     const key = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
     const params = key.params;
     const phone = { id: 'phone', params, verify: async (code, o) => verify(key, code, o) };
     const policy = { mode: 'local-first', clock: 'trusted' };
     const verifier = createVerifier({
       credentials: async () => [phone], ledger: memoryLedger(), policy, now: () => 59_000 });
     console.log((await verifier.verify({ account: 'ana', code: '287082' })).accepted);`,
    'true',
  ],
  browser: [
    `import * as browser from '@driftlock/browser';
     console.log(typeof browser.openStore);`,
    'function',
  ],
  gateway: [
    `import { createVerifyEmulator } from '@driftlock/gateway/verify-emulator';
     import { createTwilioVerifyClient } from '@driftlock/api-client';
     const account = { accountSid: 'AC' + '1'.repeat(32), authToken: 't' };
     const serviceSid = 'VA' + '2'.repeat(32);
     const { fetch } = createVerifyEmulator({ ...account, serviceSid });
     const client = createTwilioVerifyClient({ ...account, serviceSid, fetch });
     console.log((await client.service.get()).digits);`,
    '6',
  ],
};

describe('in a new project', () => {
  beforeAll(() => {
    mkdirSync(project);
    const ours = Object.fromEntries(
      PACKAGES.map((name) => [`@driftlock/${name}`, `file:${tarballOf(name)}`]),
    );
    const { pg, '@redis/client': redis } = manifestOf('gateway').devDependencies;
    const manifest = {
      name: 'project',
      private: true,
      type: 'module',
      dependencies: { ...ours, pg, '@redis/client': redis },
      pnpm: { overrides: ours },
    };
    writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
    pnpm(['install', '--prefer-offline', '--ignore-scripts'], project);
  });

  const run = (text) => {
    writeFileSync(join(project, 'use.js'), text);
    return spawnSync(process.execPath, ['use.js'], { cwd: project, encoding: 'utf8' });
  };

  test.each(Object.entries(USES))('%s does its work', (_, [text, printed]) => {
    const ran = run(text);
    expect(ran).toMatchObject({ stdout: `${printed}\n`, stderr: '', status: 0 });
  });

  test('the command is there', () => {
    const driftlock = join(project, 'node_modules/.bin/driftlock');
    const args = ['verify', '--secret-file', '-', '--code', '287082', '--at', '59'];
    const input = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n';
    const ran = spawnSync(driftlock, args, { cwd: project, encoding: 'utf8', input });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^valid/);
  });

  const subpaths = PACKAGES.flatMap((name) =>
    Object.keys(manifestOf(name).exports).map((path) => `@driftlock/${name}${path.slice(1)}`),
  );

  test('every export can be imported', () => {
    const failed = subpaths.map((path) => `await import('${path}').catch(console.error);`);
    const ran = run([...failed, 'process.exit();'].join('\n'));
    expect(ran).toMatchObject({ stdout: '', stderr: '', status: 0 });
    expect(subpaths.length).toBeGreaterThan(PACKAGES.length);
  });

  test('every use of ours is tried', () => {
    expect([...Object.keys(USES), 'cli'].sort()).toStrictEqual([...PACKAGES].sort());
  });
});
