import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, totp } from '@driftlock/totp-core';
import { afterAll, expect, it } from 'vitest';
import { KEYS, startAuthy } from './migrate/authy.js';
import { BIN } from './terminal.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'driftlock-'));
symlinkSync(BIN, join(folder, 'driftlock'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A shell that has just seen a command end with `status`. */
function shell(command: string, status: number) {
  return spawnSync('sh', ['-c', `(exit ${status})\n${command}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, PORT: '0' },
  });
}

it('every session of the README prints what it says, to the letter', () => {
  let status = 0;
  const blocks = [...README.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(4);
  for (const block of blocks) {
    const commands = [...block.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
    const printed = commands.map((command) => {
      const ran = shell(command, status);
      status = ran.status ?? -1;
      return `$ ${command}\n${ran.stdout}${ran.stderr}`;
    });
    expect(printed.join('')).toBe(block);
  }
});

/** Ports, keys, times and dates differ from run to run; nothing else does. */
function still(text: string): string {
  return text
    .replace(/(key +)\S+/, '$1KEY')
    .replace(/\d+ ms\b|\d+\.\d s\b/g, 'TIME')
    .replace(/\d[\d,.]*/g, 'N')
    .trim();
}

interface Run {
  /** Ends the process once it has printed this. */
  until?: RegExp;
  /** What is typed, once something was printed. */
  typed?: (out: string) => string | undefined;
  env?: Record<string, string>;
}

/** Runs the command of a live block; what it shows, and what was printed. */
async function runLive(verb: string, { until, typed, env = {} }: Run) {
  const block = new RegExp(
    `^\`\`\`console live\n\\$ driftlock (${verb}.*)\n([\\s\\S]*?)^\`\`\`$`,
    'm',
  );
  const [, command = '', shown = ''] = block.exec(README) ?? [];
  const child = spawn(process.execPath, [BIN, ...command.split(' ')], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ...env },
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (until?.test(out)) child.kill('SIGTERM');
    const line = typed?.(out);
    if (line) child.stdin.write(`${line}\n`);
  });
  await once(child, 'close');
  return { shown: still(shown), printed: still(out) };
}

it.each<[string, Run]>([
  ['tour', { until: / scenes held, in .*\n/ }],
  ['gateway', { until: /README\.md\n/ }],
  ['doctor', {}],
  ['bench', {}],
])('the README shows what driftlock %s really prints', async (verb, run) => {
  const { shown, printed } = await runLive(verb, run);
  expect(printed).toBe(shown);
});

it('the README shows what driftlock enrol really prints', async () => {
  const typed = (out: string): string | undefined => {
    const key = /Type this key: (.*)\n[\s\S]*shows: $/.exec(out)?.[1];
    return key && totp(importKey(key), { at: Date.now() });
  };
  const { shown, printed } = await runLive('enrol', { typed });
  // Each secret is another, and a terminal shows what is typed on it.
  const alike = (text: string): string =>
    text
      .replace(/( {2}[█▀▄ ]+\n)+( {2}\(and so on\)\n)?/g, '  PICTURE\n')
      .replace(/(key: ).*/, '$1KEY')
      .replace(/(shows: )(N\n)?/, '$1');
  expect(alike(printed)).toBe(alike(shown));
});

it('the README shows what driftlock migrate really prints', async () => {
  const authy = await startAuthy({ users: 3 });
  const app = await authy.enrol({ seed: false });
  writeFileSync(join(folder, 'users.csv'), `authyId\n${[...authy.users, app].join('\n')}\n`);
  const env = { DRIFTLOCK_UPSTREAM: authy.url, DRIFTLOCK_UPSTREAM_KEY: KEYS.upstream };
  const { shown, printed } = await runLive('migrate', { env });
  await authy.close();
  expect(printed).toBe(shown);
  expect(readFileSync(join(folder, 'moved.csv'), 'utf8')).toMatch(/,app-token\n$/);
});
