/** Runs test files of vitest in a page, one after the other, and reports as the suite does. */
import { startTests, type Task, type VitestRunner } from '@vitest/runner';
import fc from 'fast-check';
import type { Result } from '../suite/suite.js';

/** Each file by its name, imported when its turn comes. */
export type Files = Readonly<Record<string, () => Promise<unknown>>>;

const SECONDS = 1000;

/** Tests whose titles are in `leftOut`, as they are reported, are not run. */
export async function runTests(files: Files, leftOut: readonly string[]): Promise<void> {
  // Tests of locks bring their own, and the others count on none, as under Node 20.
  Object.defineProperty(navigator, 'locks', { value: undefined });
  // As vitest.setup.ts has it.
  fc.configureGlobal({ seed: 20261123 });
  const runner: VitestRunner = {
    config: {
      root: '/',
      setupFiles: [],
      name: undefined,
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout: 60 * SECONDS,
      hookTimeout: 60 * SECONDS,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: (path) => files[path]?.(),
    onCollected(collected) {
      for (const [title, task] of collected.flatMap((file) => namedIn(file, file.name))) {
        if (leftOut.includes(title)) task.mode = 'skip';
      }
    },
  };
  const ran = await startTests(Object.keys(files), runner);
  const results = ran.flatMap((file) => namedIn(file, file.name)).flatMap(resultOf);
  await fetch('/report', { method: 'POST', body: JSON.stringify(results) });
}

/** Files, suites and tests by their whole names. */
function namedIn(task: Task, title: string): [title: string, task: Task][] {
  const inner = task.type === 'suite' ? task.tasks : [];
  return [[title, task], ...inner.flatMap((each) => namedIn(each, `${title} > ${each.name}`))];
}

/** Every test; a file or a suite where that itself broke. */
function resultOf([title, { type, result }]: [string, Task]): Result[] {
  const error = result?.errors?.[0];
  if (error) return [{ title, outcome: 'failed', error: String(error.message) }];
  if (type === 'suite') return [];
  return [{ title, outcome: result?.state === 'pass' ? 'passed' : 'absent' }];
}
