// What a language costs, and who pays: only those who import it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { CATALOGUES } from './catalogues.js';

const SRC = new URL('../../src/', import.meta.url).pathname;

it.each(Object.keys(CATALOGUES))('%s is at most 1.5 KB, compressed', (language) => {
  // JSON quotes every name, so a minified module is no larger.
  const bytes = gzipSync(JSON.stringify(CATALOGUES[language]), { level: 9 }).length;
  expect(bytes).toBeGreaterThan(500);
  expect(bytes).toBeLessThanOrEqual(1500);
});

it('every language has a subpath of its own', () => {
  const { exports } = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8'));
  const subpaths = Object.keys(exports).filter((path) => path.startsWith('./messages/'));
  expect(subpaths.sort()).toStrictEqual(
    Object.keys(CATALOGUES)
      .map((language) => `./messages/${language}`)
      .sort(),
  );
  const files = readdirSync(join(SRC, 'messages')).map((file) => file.replace('.ts', ''));
  expect(files.sort()).toStrictEqual([...Object.keys(CATALOGUES), 'catalogue', 'tell'].sort());
});

it('the main entry reaches no message, and a catalogue reaches nothing', () => {
  expect([...reach('index.ts')].filter((file) => file.startsWith('messages/'))).toStrictEqual([]);
  expect(reach('index.ts').size).toBeGreaterThan(10);
  expect([...reach('messages/tell.ts')]).toStrictEqual(['messages/tell.ts']);
  expect([...reach('messages/ar.ts')]).toStrictEqual(['messages/ar.ts']);
});

/** The files a module runs, itself included; types are gone by then. */
function reach(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(SRC, file), 'utf8').replace(/^(?:ex|im)port type [^;]+;/gm, '');
  for (const [, path = ''] of text.matchAll(/ from '(\.[^']+)\.js'/g)) {
    reach(join(dirname(file), `${path}.ts`), seen);
  }
  return seen;
}
