import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  authyMeaning,
  createAuthyClient,
  createTwilioVerifyClient,
  twilioVerifyMeaning,
} from '../src/index.js';
import { KEY } from './scripted-server.js';
import { OPTIONS } from './verify-v2/scripted.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of every row of the table under a heading. */
const rowsUnder = (heading: string): string[][] =>
  (README.split(`\n${heading}\n`)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:authy-python|`kind`) /.test(line))
    .map((line) => line.slice(2, -2).split(/ \| /));

/** The titles in a file of tests, as they are written there. */
const titlesOf = (file: string): string[] =>
  [
    ...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(
      /\(\s*(['"`])([^\n]+?)\1,\s*(?:async )?\(/g,
    ),
  ].map((found) => found[2] as string);

describe('what is said of authy-python', () => {
  const rows = rowsUnder('## From authy-python 2.2.6');

  test('is a table of some forty rows', () => {
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.every((cells) => cells.length === 4)).toBe(true);
  });

  test.each(rows)('%s: its test is there', (_, _ours, _mended, named = '') => {
    const [, file = '', title = ''] = /^`([\w-]+\.test\.ts)` (.+?) *$/.exec(named) ?? [];
    expect(titlesOf(file)).toContain(title);
  });
});

test('every method of the client is in the README', () => {
  const absent = Object.entries(createAuthyClient({ apiKey: KEY })).flatMap(([group, calls]) =>
    Object.keys(calls)
      .map((name) => `${group}.${name}(`)
      .filter((call) => !README.includes(call)),
  );
  expect(absent).toStrictEqual([]);
});

test('every method of the client of Twilio Verify is in the README', () => {
  const [, section = ''] = README.split('\n## Twilio Verify v2\n');
  const absent = Object.entries(createTwilioVerifyClient(OPTIONS)).flatMap(([group, calls]) =>
    Object.keys(calls)
      .map((name) => `${group}.${name}(`)
      .filter((call) => !section.includes(call)),
  );
  expect(absent).toStrictEqual([]);
});

test('the README counts the codes as they are', () => {
  const codes = Array.from({ length: 1000 }, (_, index) => String(60_000 + index));
  const named = codes.filter((code) => authyMeaning(code) !== undefined).length;
  expect(README).toContain(`each of the ${named} codes`);
  const twilio = Array.from({ length: 50_000 }, (_, index) => String(20_000 + index));
  const meant = twilio.filter((code) => twilioVerifyMeaning(code) !== undefined).length;
  expect(README).toContain(`each of the ${meant} codes`);
});

test('every method that the guide for users of other clients names is there', () => {
  const guide = readFileSync(
    new URL('../../../docs/guides/from-authy.md', import.meta.url),
    'utf8',
  );
  const client = createAuthyClient({ apiKey: KEY });
  const ours = guide
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(' | ').at(-1) ?? '')
    .flatMap((cell) => [...cell.matchAll(/`(users|tokens|phones|oneTouch|application)\.(\w+)/g)])
    .map(([, group, name]) => ({ group, name }) as { group: keyof typeof client; name: string });
  expect(new Set(ours.map(({ group, name }) => `${group}.${name}`)).size).toBe(21);
  expect(ours.filter(({ group, name }) => !(name in client[group]))).toStrictEqual([]);
});
