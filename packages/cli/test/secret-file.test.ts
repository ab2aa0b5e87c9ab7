import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecretFile } from '../src/secret-file.js';
import type { World } from '../src/verb.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

function world(...texts: string[]): World {
  return { stdin: chunks(...texts) } as Partial<World> as World;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a secret file', () => {
  it('is read without the line end after it', async () => {
    await expect(readSecretFile(file('unix', 'GEZD\n'), world())).resolves.toBe('GEZD');
    await expect(readSecretFile(file('dos', 'GEZD\r\n'), world())).resolves.toBe('GEZD');
  });

  it('is standard input for a minus, however it arrives', async () => {
    await expect(readSecretFile('-', world('GE', 'ZD', '\n'))).resolves.toBe('GEZD');
  });

  it.each([
    ['there is no such file', join(folder, 'GEZDGNBVGY3TQOJQ')],
    ['this is a folder', folder],
    ['the file is empty', file('empty', ' \n')],
    ['the file is too large to be a secret', file('large', 'A'.repeat(16_385))],
    ['the file cannot be read', join(folder, 'empty', 'below-a-file')],
  ])('is refused: %s; its path is not repeated', async (reason, path) => {
    await expect(readSecretFile(path, world())).rejects.toStrictEqual(
      expect.objectContaining({ code: 'ERR_USAGE', message: `--secret-file: ${reason}` }),
    );
  });

  it('without an end is not read to its end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1024).fill(65);
    }
    await expect(readSecretFile('-', { stdin: endless() } as never)).rejects.toThrow('too large');
  });
});
