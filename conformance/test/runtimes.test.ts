// The suite in every runtime: each is started, and must report every check as its engine allows.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Outcome } from '../dist/host/report.js';
import { RUNTIMES } from '../dist/host/runtimes.js';
import { SUITE } from '../dist/suite/suite.js';

const MAIN = fileURLToPath(new URL('../dist/host/main.js', import.meta.url));

/** The built packages are what is run, so the built host runs them. */
async function outcomeOf(name: string): Promise<Outcome> {
  const run = promisify(execFile)(process.execPath, [MAIN, '--json', name]);
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  const [outcome] = JSON.parse(stdout);
  return outcome;
}

test.for(RUNTIMES)('$name passes the suite', async (runtime, { skip }) => {
  const { name, title, page } = runtime;
  const { version, ...outcome } = await outcomeOf(name);
  if (version === undefined) {
    if (process.env.CI === 'true') throw new Error(`${name} can't be had on this machine`);
    const missing = `${name} is not on this machine: the suite did not run in it`;
    console.warn(missing);
    return skip(missing);
  }
  const where = page ? 'page' : 'no page';
  const results = SUITE.map(({ title: check, only = where }) => ({
    title: check,
    outcome: only === where ? 'passed' : 'absent',
  }));
  expect(outcome).toStrictEqual({ name, title, results });
});
