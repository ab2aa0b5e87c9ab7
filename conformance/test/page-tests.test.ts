// The browser package's own tests in the pages of three engines, on their own IndexedDB.
import { expect, test } from 'vitest';
import { ELSEWHERE, LEFT_OUT, testFiles, testsInPage } from '../dist/host/page-tests.js';
import { runtimeNamed } from '../dist/host/runtimes.js';

test.for(['chromium', 'firefox', 'webkit'])(
  'the tests of the browser package pass in %s',
  { timeout: 610_000 },
  async (name, { skip }) => {
    const runtime = runtimeNamed(name);
    if (runtime.version() === undefined) {
      if (process.env.CI === 'true') throw new Error(`${name} can't be had on this machine`);
      return skip(`${name} is not on this machine: the tests did not run in it`);
    }
    const results = await testsInPage(runtime, testFiles());
    const others = results.filter(({ outcome }) => outcome !== 'passed');
    expect(others.filter(({ outcome }) => outcome === 'failed')).toStrictEqual([]);
    expect(others.map(({ title }) => title).sort()).toStrictEqual(Object.keys(LEFT_OUT).sort());
    const files = new Set(results.map(({ title }) => title.split(' > ')[0]));
    expect([...files].sort()).toStrictEqual(testFiles());
  },
);

test('what no page can do is red in one', async ({ skip }) => {
  const chromium = runtimeNamed('chromium');
  if (chromium.version() === undefined) return skip('chromium is not on this machine');
  const elsewhere = 'otp-field/define.test.ts';
  expect(ELSEWHERE).toHaveProperty([elsewhere]);
  const files = new Set(Object.keys(LEFT_OUT).map((title) => title.split(' > ')[0] ?? ''));
  const failed = (await testsInPage(chromium, [...files, elsewhere], [])).filter(
    ({ outcome }) => outcome === 'failed',
  );
  const titles = failed.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(Object.keys(LEFT_OUT)));
  expect(titles).toHaveLength(1 + Object.keys(LEFT_OUT).length);
});
