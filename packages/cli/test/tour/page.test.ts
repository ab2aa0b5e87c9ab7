import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createPage } from '../../src/tour/page.js';

const SCENE = { letter: 'b', title: 'A title', rows: [['Ann', 'seen'] as [string, string]] };

it('shows what was seen, scene by scene', () => {
  const page = createPage(false);
  expect(page.scene({ ...SCENE, held: true })).toBe(
    '\n  ✓ b  A title\n       Ann                   seen\n',
  );
  expect(page.scene({ ...SCENE, held: false })).toBe(
    '\n  ✗ b  A title\n       Ann                   seen\n',
  );
});

it('names the scenes that failed', () => {
  const { ending } = createPage(false);
  expect(ending({ failed: [], of: 6, took: 1149 })).toBe('\nAll 6 scenes held, in 1.1 s.\n');
  expect(ending({ failed: ['c'], of: 6, took: 1 })).toBe('\nScene c failed, of 6.\n');
  expect(ending({ failed: ['a', 'f'], of: 6, took: 1 })).toBe('\nScenes a, f failed, of 6.\n');
});

it('says the same with colours', () => {
  const [plain, colored] = [createPage(false), createPage(true)].map((page) =>
    [
      page.opening('http://127.0.0.1:1'),
      page.scene({ ...SCENE, held: true }),
      page.ending({ failed: ['c'], of: 6, took: 1 }),
    ].join(''),
  );
  expect(colored).not.toBe(plain);
  expect(stripVTControlCharacters(colored ?? '')).toBe(plain);
});
