import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, totp } from '@driftlock/totp-core';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../in-process.js';
import { KEYS, startTarget } from '../migrate/authy.js';
import { SECRET } from '../terminal.js';

const root = mkdtempSync(join(tmpdir(), 'driftlock-import-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
});

const uri = (label: string, more = ''): string => `otpauth://totp/${label}?secret=${SECRET}${more}`;

function file(lines: string[]): string {
  const path = join(folder, 'export.txt');
  writeFileSync(path, lines.join('\n'));
  return path;
}

test('accounts are made at a gateway, and their codes are good there', async () => {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const path = file([
    uri('Acme:ana%20maria'),
    uri('Acme:bob', '&digits=8&period=60'),
    uri('Other:bob'),
  ]);
  const args = ['import', '--file', path, '--gateway', target.url];
  const env = { DRIFTLOCK_KEY: KEYS.operator };
  expect(await inProcess(args, { env })).toStrictEqual({
    status: 1,
    err: '',
    out: `2 of 3 made at ${target.url}

  ana-maria                       SHA1 6 / 30 s      made
  bob                             SHA1 8 / 60 s      made
  Other: bob                      SHA1 6 / 30 s      no name

  no name:        no name of its own is left; try --ids issuer.name
`,
  });
  const answer = await fetch(`${target.url}/v1/accounts/ana-maria/verify`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEYS.operator}` },
    body: JSON.stringify({ code: totp(importKey(SECRET), { at: Date.now() }) }),
  });
  expect(await answer.json()).toMatchObject({ accepted: true });
  const again = await inProcess(args, { env });
  expect(again.out).toMatch(/0 of 3 made/);
  expect(again.out).toMatch(/ was there\n/);
  expect([...target.made]).toStrictEqual([
    ['ana-maria', 1],
    ['bob', 1],
  ]);
});

test('accounts are made in the data of a gateway', async () => {
  const data = join(folder, 'driftlock.db');
  const path = file([uri('Acme:ana'), uri('Other:ana')]);
  const ran = await inProcess(['import', '--file', path, '--data', data, '--ids', 'issuer.name']);
  expect(ran.out).toBe(`2 of 2 made at ${data}

  Acme.ana                        SHA1 6 / 30 s      made
  Other.ana                       SHA1 6 / 30 s      made
`);
  expect(ran.status).toBe(0);
});

test('a secret that is too short is refused by the gateway, and printed by nobody', async () => {
  const path = file(['otpauth://totp/ana?secret=GEZDGNBV']);
  const ran = await inProcess(['import', '--file', path, '--data', join(folder, 'd.db')]);
  expect(ran.out).toMatch(/ana +SHA1 6 \/ 30 s +refused\n/);
  expect(ran.status).toBe(1);
  expect(ran.out + ran.err).not.toContain('GEZDGNBV');
});

test('a dry run makes nothing and needs no place', async () => {
  const ran = await inProcess(['import', '--file', '-', '--dry-run'], { input: uri('ana') });
  expect(ran).toStrictEqual({
    status: 0,
    err: '',
    out: '1 of 1 would be made\n\n  ana                             SHA1 6 / 30 s      would be made\n',
  });
});

test.each<[string, string[], string, RegExp]>([
  ['no file', ['--data', 'x'], '', /--file is missing/],
  ['no place', ['--file', '-'], uri('ana'), /give --gateway or --data/],
  [
    'two places',
    ['--file', '-', '--data', 'x', '--gateway', 'https://a.example'],
    uri('ana'),
    /exclude each other/,
  ],
  [
    'a place in the clear',
    ['--file', '-', '--gateway', 'http://a.example'],
    uri('ana'),
    /takes an https address/,
  ],
  ['something else', ['--file', '-', '--dry-run'], '{"a":1}', /no export that is known/],
  ['an empty file', ['--file', '-', '--dry-run'], '{"services":[]}', /nothing is in it/],
  [
    'a closed export',
    ['--file', '-', '--dry-run'],
    '{"services":[],"servicesEncrypted":"a:b:c"}',
    /give --password-file/,
  ],
  ['another way to name', ['--file', '-', '--dry-run', '--ids', 'x'], uri('ana'), /--ids takes/],
])('%s is refused in a line', async (_, args, input, said) => {
  const env = { DRIFTLOCK_KEY: KEYS.operator };
  const ran = await inProcess(['import', ...args], { input, env });
  expect({ status: ran.status, out: ran.out }).toStrictEqual({ status: 2, out: '' });
  expect(ran.err).toMatch(said);
});

test('a wrong key is said to be one, and not repeated', async () => {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const ran = await inProcess(['import', '--file', '-', '--gateway', target.url], {
    input: uri('ana'),
    env: { DRIFTLOCK_KEY: 'another-key' },
  });
  expect(ran.err).toMatch(/DRIFTLOCK_KEY does not open this gateway/);
  expect(ran.err).not.toMatch(/another-key/);
});
