import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Every module that `entry` loads at run time, by path or package. */
function loaded(entry: URL, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const source = readFileSync(entry, 'utf8').replace(/(import|export) type [^;]*;/g, '');
  for (const [, name = ''] of source.matchAll(/from '([^']+)'|import '([^']+)'/g)) {
    if (name.startsWith('.')) loaded(new URL(name.replace(/\.js$/, '.ts'), entry), seen);
    else seen.add(name);
  }
  return seen;
}

const isNode = (name: string) => name.startsWith('node:') || name.startsWith('@hono/node-server');

test('the fetch entry loads nothing of Node; the Node entry does', () => {
  const entry = (file: string) => [...loaded(new URL(`../src/${file}`, import.meta.url))];
  const fetchEntry = entry('index.ts');
  expect(fetchEntry).toContain('hono');
  expect(fetchEntry.filter(isNode)).toStrictEqual([]);
  expect(entry('node.ts').filter(isNode).length).toBeGreaterThan(0);
});
