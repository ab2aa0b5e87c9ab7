import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashSources, loadResults, ROOT } from '../src/results.js';
import { RUNS } from '../src/runs.js';
import { staleRuns } from '../src/stale.js';
import { readmes, withTables } from '../src/tables.js';

test.each(readmes())('the tables in %s are what the results files say', (readme) => {
  expect(readFileSync(join(ROOT, readme), 'utf8')).toBe(withTables(readme));
});

test('each run has a script of the project, and results', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const { name, command } of RUNS) {
    expect(scripts).toHaveProperty([command.replace(/^npm run /, '')]);
    expect(loadResults(name), name).toBeDefined();
  }
});

describe('a hash of sources', () => {
  test('is the same twice, and another for other files', () => {
    expect(hashSources(['bench/src'])).toBe(hashSources(['bench/src']));
    expect(hashSources(['bench/src/stale.ts'])).not.toBe(hashSources(['bench/src/tables.ts']));
  });

  test('makes a run without results stale', () => {
    const run = { name: 'never', command: 'npm run never', sources: ['bench/src'], tables: [] };
    expect(staleRuns([run])).toEqual([run]);
  });
});
