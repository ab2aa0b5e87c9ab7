// The README's sessions, run as they stand: what it shows is what there is.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'packages/cli/bin/driftlock.js');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The one block that opens with these words. */
function block(opening) {
  const found = README.split('```').filter((part) => part.startsWith(`${opening}\n`));
  expect(found).toHaveLength(1);
  return found[0].slice(opening.length + 1);
}

/** What differs from run to run, and nothing else: ids, instants, steps, offsets, times, ports. */
function still(text) {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'DATE')
    .replace(/-?\d+(\.\d+)?/g, 'N')
    .trim();
}

/** A gateway on a port of its own, and the text of a session turned to it. */
async function serve(key) {
  const env = { PATH: process.env.PATH, DRIFTLOCK_KEY: key, PORT: '0' };
  const child = spawn(process.execPath, [BIN, 'gateway'], { env });
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
    if (url) return { child, url };
  }
  throw new Error('the gateway did not serve');
}

test('the session with curl prints what it says', async () => {
  const shown = block('console session');
  const commands = shown.match(/^\$ .*$/gm).map((line) => line.slice(2));
  const key = /DRIFTLOCK_KEY=(\S+) npm start/.exec(README)[1];
  const { child, url } = await serve(key);
  // Each command is echoed with its prompt, and npx is spared: the command is the same.
  const lines = commands.flatMap((command) => [
    `printf '%s\\n' '$ ${command.replaceAll("'", "'\\''")}'`,
    command
      .replaceAll('http://127.0.0.1:8626', url)
      .replaceAll('npx driftlock', `'${process.execPath}' '${BIN}'`),
  ]);
  writeFileSync(join(folder, 'session.sh'), lines.join('\n'));
  const env = { PATH: process.env.PATH };
  const ran = spawnSync('bash', ['session.sh'], { cwd: folder, encoding: 'utf8', env });
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(ran.stderr).toBe('');
  expect(still(ran.stdout)).toBe(still(shown));
});

test('the tour prints what it says', () => {
  const shown = block('console live').replace(/^.*\n/, '');
  const env = { PATH: process.env.PATH };
  const ran = spawnSync(process.execPath, [BIN, 'tour'], { encoding: 'utf8', env });
  expect(still(ran.stdout)).toBe(still(shown));
  expect(ran.status).toBe(0);
});

test('the first three lines end in a valid code', () => {
  const [start, ...rest] = block('console').match(/^\$ .*$/gm);
  expect(start).toBe('$ npm start');
  const command = rest.map((line) => line.slice(2)).join('\n');
  const mine = command.replaceAll('npx driftlock', `'${process.execPath}' '${BIN}'`);
  const ran = spawnSync('bash', ['-c', mine], { cwd: folder, encoding: 'utf8' });
  expect(ran).toMatchObject({ stderr: '', status: 0 });
  expect(ran.stdout).toMatch(/^valid: /);
});

test('the example in TypeScript runs, and is the one the verifier shows', () => {
  const shown = readFileSync(join(ROOT, 'packages/verifier/README.md'), 'utf8');
  expect(shown).toContain(block('ts'));
  const example = join(ROOT, 'packages/cli/node_modules/example-of-the-readme.mjs');
  try {
    writeFileSync(example, block('ts'));
    const ran = spawnSync(process.execPath, [example], { encoding: 'utf8' });
    expect(ran).toMatchObject({ stdout: 'mismatch\n', stderr: '', status: 0 });
  } finally {
    rmSync(example, { force: true });
  }
});

test('its packages are those there are', () => {
  const named = README.match(/`@driftlock\/[a-z-]+`\]/g).map((link) => link.slice(12, -2));
  expect(named.sort()).toStrictEqual(readdirSync(join(ROOT, 'packages')).sort());
});

/** What a heading is called in a link: lower case, hyphens for spaces, no punctuation. */
function anchors(markdown) {
  const headings = markdown.match(/^#+ .*$/gm).map((line) => line.replace(/^#+ /, ''));
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'bench/README.md'])(
  'the links of %s lead somewhere',
  (file) => {
    const links = readFileSync(join(ROOT, file), 'utf8').match(/\]\([^)]+\)/g) ?? [];
    const here = links
      .map((link) => link.slice(2, -1))
      .filter((link) => !link.startsWith('https:'));
    const dead = here.filter((link) => {
      const [path, anchor] = link.split('#');
      const target = path === '' ? join(ROOT, file) : join(ROOT, dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchors(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(dead).toStrictEqual([]);
  },
);
