import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
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
    .replace(/\d+/g, 'N')
    .trim();
}

it.each([
  ['tour', / scenes held, in .*\n/],
  ['gateway', /README\.md\n/],
])('the README shows what driftlock %s really prints', async (verb, end) => {
  const block = new RegExp(`^\`\`\`console live\n\\$ driftlock ${verb}\n(.*?)^\`\`\`$`, 'ms');
  const [, shown = ''] = block.exec(README) ?? [];
  const child = spawn(process.execPath, [BIN, verb], { env: { PORT: '0' } });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (end.test(out)) child.kill('SIGTERM');
  });
  await once(child, 'close');
  expect(still(out)).toBe(still(shown));
});
