// What is kept of the last runs is of this suite, of these runtimes, and what the READMEs say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CONTROLS, shownBy } from '../dist/host/control.js';
import {
  hashTitles,
  isGreen,
  type Outcome,
  type Ran,
  ranOf,
  sayOutcome,
} from '../dist/host/report.js';
import { RUNTIMES } from '../dist/host/runtimes.js';
import { CONTROL_TABLE, RUNTIMES_TABLE, withTable } from '../dist/host/tables.js';
import type { Result } from '../dist/suite/suite.js';
import { SUITE } from '../dist/suite/suite.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const titles = SUITE.map(({ title }) => title);
const outcomeOf = (more: Partial<Outcome>): Outcome => ({
  name: 'node',
  title: 'Node',
  version: '20.0.0',
  results: [],
  ...more,
});
const result = (outcome: Result['outcome']): Result => ({ title: `room: ${outcome}`, outcome });

test.each([RUNTIMES_TABLE, CONTROL_TABLE])(
  'the table in $readme is what $results says',
  (table) => {
    expect(read(table.readme)).toBe(withTable(ROOT, table));
  },
);

test('the runtimes that are kept ran the checks of today', () => {
  const ran: Ran = JSON.parse(read(RUNTIMES_TABLE.results));
  expect(ran.suite).toBe(hashTitles(titles));
  expect(ran.runtimes.map(({ name }) => name)).toStrictEqual(RUNTIMES.map(({ name }) => name));
  for (const { passed, absent } of ran.runtimes) {
    const counts = [...Object.values(passed), ...Object.values(absent)];
    expect(counts.reduce((sum, count) => sum + count)).toBe(SUITE.length);
  }
});

test('the versions that are kept are those that the lockfile brings', () => {
  const { dependencies, optionalDependencies } = JSON.parse(read('conformance/package.json'));
  const brought = { ...dependencies, ...optionalDependencies };
  const ran: Ran = JSON.parse(read(RUNTIMES_TABLE.results));
  const packaged = ran.runtimes.filter(({ name }) => brought[name]);
  expect(packaged.length).toBe(6);
  for (const { name, version } of packaged) expect(brought[name].split('@').at(-1)).toBe(version);
});

test('the controls that are kept are those of today', () => {
  const shown: typeof CONTROLS = JSON.parse(read(CONTROL_TABLE.results));
  const told = CONTROLS.map(({ room, line }) => ({ room, line }));
  expect(shown).toMatchObject(told);
  expect(shown).toHaveLength(told.length);
});

test('every check has a title of its own, which begins with its package', () => {
  expect(new Set(titles).size).toBe(titles.length);
  const rooms = ['totp-core', 'api-client', 'verifier', 'browser', 'gateway'];
  expect([...new Set(titles.map((title) => title.split(': ')[0]))]).toStrictEqual(rooms);
});

describe('an outcome', () => {
  const passed = outcomeOf({ results: [result('passed'), result('absent')] });
  const failed = outcomeOf({ results: [{ ...result('failed'), error: 'why' }] });
  const { version: _, ...missing } = outcomeOf({});
  const broken = outcomeOf({ broken: 'it ended' });

  test('is green where nothing failed, and the runtime was there and reported', () => {
    expect([passed, failed, missing, broken].map(isGreen)).toStrictEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('is said in a line, and what failed with its reason', () => {
    expect([passed, failed, missing, broken].map(sayOutcome)).toStrictEqual([
      'node 20.0.0: 1 passed, 0 failed, 1 absent',
      'node 20.0.0: 0 passed, 1 failed, 0 absent\n  room: failed\n    why',
      'node: not on this machine',
      'node 20.0.0: no report, it ended',
    ]);
  });

  test('is kept by package where it is green, and not at all where it is not', () => {
    expect(ranOf([passed], ['a']).runtimes).toStrictEqual([
      { name: 'node', title: 'Node', version: '20.0.0', passed: { room: 1 }, absent: { room: 1 } },
    ]);
    for (const bad of [failed, missing, broken]) {
      expect(() => ranOf([passed, bad], ['a'])).toThrow('node did not pass');
    }
  });

  test('of a control shows something only if Node is green and two others are red', () => {
    const control = { room: 'totp-core', file: 'totp.js', line: 'line' };
    const red = (name: string): Outcome => ({ ...failed, name });
    expect(shownBy(control, [passed, red('one'), red('two')])).toStrictEqual({
      room: 'totp-core',
      line: 'line',
      red: ['one', 'two'],
      green: ['node'],
    });
    expect(() => shownBy(control, [passed, red('one')])).toThrow('was not noticed');
    expect(() => shownBy(control, [red('node'), red('two')])).toThrow('Node itself');
  });
});
