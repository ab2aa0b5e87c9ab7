/** Runs Stryker on one file and on the control beside it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../results.js';
import { CONTROL, type Target } from './files.js';
import type { Report } from './score.js';

/** Stryker's report of both. */
export function tryStryker({ file, tests }: Target): Report {
  const path = join(ROOT, '.stryker-tmp/report.json');
  rmSync(path, { force: true });
  const tool = join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const config = 'bench/mutate/stryker.config.json';
  const mutated = `${file},${CONTROL.file}`;
  execFileSync(process.execPath, [tool, 'run', config, '--mutate', mutated], {
    cwd: ROOT,
    env: { ...process.env, TESTS: [...tests, ...CONTROL.tests].join() },
    stdio: 'inherit',
  });
  return JSON.parse(readFileSync(path, 'utf8'));
}
