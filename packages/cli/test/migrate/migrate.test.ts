import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthyClient } from '@driftlock/api-client';
import { importKey, totp } from '@driftlock/totp-core';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../in-process.js';
import { BIN, type Ran } from '../terminal.js';
import { type Authy, KEYS, startAuthy, startTarget, type Target } from './authy.js';

const root = mkdtempSync(join(tmpdir(), 'driftlock-migrate-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
});

function listed(lines: string[]): string {
  const file = join(folder, 'users.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function world(users: number): Promise<{ authy: Authy; target: Target }> {
  const [authy, target] = await Promise.all([startAuthy({ users }), startTarget()]);
  onTestFinished(() => Promise.all([authy.close(), target.close()]).then(() => {}));
  return { authy, target };
}

function envOf(authy: Authy): Record<string, string> {
  return {
    DRIFTLOCK_UPSTREAM: authy.url,
    DRIFTLOCK_UPSTREAM_KEY: KEYS.upstream,
    DRIFTLOCK_KEY: KEYS.operator,
  };
}

function migrate(authy: Authy, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return inProcess(['migrate', 'authy', '--per-second', '1000', ...args], {
    env: { ...envOf(authy), ...env },
    now: Date.now,
  });
}

describe('driftlock migrate authy', () => {
  test('moves a seed, and the phone that has it goes on as before', async () => {
    const { authy, target } = await world(1);
    const [user = ''] = authy.users;
    const ran = await migrate(authy, ['--users', listed([`${user},ana`]), '--gateway', target.url]);
    expect(ran).toStrictEqual({
      status: 0,
      err: '',
      out: `1 of 1 are at ${target.url}

  moved              1  the seed is there, and a code of Authy’s proved it
`,
    });
    const client = createAuthyClient({ apiKey: KEYS.upstream, baseUrl: authy.url });
    const exported = await client.users.exportSeed({ user });
    const secret = exported.exported ? exported.secret : '';
    const answer = await fetch(`${target.url}/v1/accounts/ana/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${KEYS.operator}` },
      body: JSON.stringify({ code: totp(importKey(secret), { at: Date.now() }) }),
    });
    expect(await answer.json()).toMatchObject({ accepted: true, standing: 'confirmed' });
    expect(ran.out + readFileSync(join(folder, 'users.csv.journal'), 'utf8')).not.toContain(secret);
  });

  test('says who can not be moved, and why', async () => {
    const { authy, target } = await world(3);
    const app = await authy.enrol({ seed: false });
    const suspended = await authy.enrol({ seed: false });
    await authy.change(suspended, { suspended: true });
    const [one, two, three] = authy.users;
    await target.stores.accounts.create({ id: 'taken', authyId: '999', seeds: [] });
    const users = listed([
      'authyId,account',
      `${one},one`,
      `${two},taken`,
      `${three},three`,
      app,
      suspended,
      '4444',
    ]);
    const report = join(folder, 'report.csv');
    const ran = await migrate(authy, [
      '--users',
      users,
      '--gateway',
      target.url,
      '--report',
      report,
    ]);
    expect(ran).toStrictEqual({
      status: 1,
      err: '',
      out: `2 of 6 are at ${target.url}

  moved              2  the seed is there, and a code of Authy’s proved it
  app-token          1  uses the Authy app, whose seeds nobody exports: enrol
                        them anew
  unknown-user       1  Authy knows no such user
  suspended          1  suspended at Authy
  taken              1  another’s account has this id: choose one in the list
                        of users
`,
    });
    expect(readFileSync(report, 'utf8')).toBe(
      [
        'authyId,account,outcome',
        `${one},one,moved`,
        `${two},taken,taken`,
        `${three},three,moved`,
        `${app},${app},app-token`,
        `${suspended},${suspended},suspended`,
        '4444,4444,unknown-user',
        '',
      ].join('\n'),
    );
  });

  test('a second run asks nobody again', async () => {
    const { authy, target } = await world(2);
    const args = ['--users', listed(authy.users), '--gateway', target.url];
    const first = await migrate(authy, args);
    await authy.set('faults', { down: true });
    expect(await migrate(authy, args)).toStrictEqual(first);
    expect([...target.made.values()]).toStrictEqual([1, 1]);
  });

  test('what the journal missed is found at its destination, and not made again', async () => {
    const { authy, target } = await world(2);
    const users = listed(authy.users);
    await migrate(authy, ['--users', users, '--gateway', target.url]);
    rmSync(`${users}.journal`);
    const { status, out } = await migrate(authy, ['--users', users, '--gateway', target.url]);
    expect({ status, there: / there +2 /.test(out) }).toStrictEqual({ status: 0, there: true });
    expect([...target.made.values()]).toStrictEqual([1, 1]);
  });

  test('who has an account without a seed is given theirs, and who has another seed keeps it', async () => {
    const { authy, target } = await world(2);
    const [one = '', two = ''] = authy.users;
    // As a gateway before Authy makes them.
    await target.stores.accounts.create({ id: `authy:${one}`, authyId: one, seeds: [] });
    const own = { credential: 'totp-6-30-0', secret: new Uint8Array(20).fill(9), params: {} };
    await target.stores.accounts.create({ id: 'bob', authyId: two, seeds: [own] });
    const users = listed([`${one},ana`, two]);
    const report = join(folder, 'report.csv');
    const ran = await migrate(authy, [
      '--users',
      users,
      '--gateway',
      target.url,
      '--report',
      report,
    ]);
    expect(ran.status).toBe(0);
    expect(readFileSync(report, 'utf8')).toBe(
      `authyId,account,outcome\n${one},authy:${one},moved\n${two},bob,there\n`,
    );
    const held = await target.stores.accounts.find(`authy:${one}`);
    expect(held?.held).toHaveLength(1);
    expect(target.made.size).toBe(0);
    const kept = (await target.stores.accounts.find('bob'))?.held[0];
    const code = totp(importKey(new Uint8Array(20).fill(9)), { at: 59_000 });
    expect(await kept?.use((key) => totp(key, { at: 59_000 }))).toBe(code);
  });

  test('a line that was cut off while it was written is no line', async () => {
    const { authy, target } = await world(2);
    const users = listed(authy.users);
    await migrate(authy, ['--users', users, '--gateway', target.url]);
    const journal = `${users}.journal`;
    writeFileSync(journal, readFileSync(journal, 'utf8').slice(0, -12));
    const { status, out } = await migrate(authy, ['--users', users, '--gateway', target.url]);
    expect({ status, there: / there +1 /.test(out) }).toStrictEqual({ status: 0, there: true });
    expect(readFileSync(journal, 'utf8').split('\n')).toHaveLength(4);
  });

  test('a seed whose code is another’s is not moved', async () => {
    const { authy, target } = await world(1);
    await authy.set('clock', { offset: 86_400 });
    const { status, out } = await migrate(authy, [
      '--users',
      listed(authy.users),
      '--gateway',
      target.url,
    ]);
    expect({ status, made: target.made.size }).toStrictEqual({ status: 1, made: 0 });
    expect(out).toMatch(/ unproven +1 /);
  });

  test('goes into the data of a gateway that is not running', async () => {
    const { authy } = await world(2);
    const data = join(folder, 'driftlock.db');
    const args = ['--users', listed(authy.users), '--data', data];
    expect((await migrate(authy, args)).out).toBe(`2 of 2 are at ${data}

  moved              2  the seed is there, and a code of Authy’s proved it
`);
    const journal = join(folder, 'another.journal');
    expect((await migrate(authy, [...args, '--journal', journal])).out).toMatch(/ there +2 /);
  });

  test.each<[string, object, RegExp]>([
    [
      'does not export',
      { application: { seedExport: false } },
      /exports no seeds of this application/,
    ],
    ['knows another key', { key: 'another' }, /is not the key of this Authy/],
  ])(
    'ends where Authy %s',
    async (_, { application, key }: { application?: object; key?: string }, said) => {
      const { authy, target } = await world(1);
      if (application) await authy.set('application', application);
      const ran = await migrate(authy, ['--users', listed(authy.users), '--gateway', target.url], {
        ...(key ? { DRIFTLOCK_UPSTREAM_KEY: key } : {}),
      });
      expect(ran.status).toBe(key ? 2 : 75);
      expect(ran.err).toMatch(said);
      expect(target.made.size).toBe(0);
    },
  );

  test.each<[string, string[], RegExp]>([
    ['an id that is none', ['12', 'ana'], /line 2 is not an Authy id/],
    ['a user twice', ['12', '12,ana'], /line 2 has an Authy id that was there/],
    ['an account twice', ['12,ana', '13,ana'], /line 2 has an account that was there/],
    ['nobody', ['# nobody yet'], /nobody is in the file/],
  ])('refuses a list with %s, and quotes nothing of it', async (_, lines, said) => {
    const ran = await inProcess(['migrate', 'authy', '--users', listed(lines), '--data', 'x'], {
      env: { DRIFTLOCK_UPSTREAM_KEY: 'k' },
    });
    expect(ran.status).toBe(2);
    expect(ran.err).toMatch(said);
    expect(ran.err).not.toMatch(/ana|12/);
  });

  test.each([
    ['of another migration', '{"migration":1,"to":"elsewhere"}\n{"user":"1","acc'],
    ['of no migration, on one line', 'GEZDGNBVGY3TQOJQ'],
    ['of no migration, without an end', 'authyId,account\n17,ana'],
  ])('a journal %s is left as it is', async (_, text) => {
    const { authy, target } = await world(1);
    const users = listed(authy.users);
    writeFileSync(`${users}.journal`, text);
    const ran = await migrate(authy, ['--users', users, '--gateway', target.url]);
    expect(ran.status).toBe(2);
    expect(readFileSync(`${users}.journal`, 'utf8')).toBe(text);
  });

  test('a journal whose head was cut off is begun anew', async () => {
    const { authy, target } = await world(1);
    const users = listed(authy.users);
    writeFileSync(`${users}.journal`, '{"migration":1,"to"');
    expect((await migrate(authy, ['--users', users, '--gateway', target.url])).status).toBe(0);
    const [head] = readFileSync(`${users}.journal`, 'utf8').split('\n');
    expect(JSON.parse(head ?? '')).toStrictEqual({ migration: 1, to: target.url });
  });
});

const MANY = 2000;

test(`${MANY} users are moved once each, through refusals, resets and three kills`, async () => {
  const { authy, target } = await world(MANY);
  const app = await authy.enrol({ seed: false });
  await authy.set('faults', {
    seed: 7,
    '429': { chance: 0.003, retryAfter: 1 },
    reset: { chance: 0.005 },
  });
  const users = listed([...authy.users, app]);
  const args = [
    'migrate',
    'authy',
    '--users',
    users,
    '--gateway',
    target.url,
    '--per-second',
    '1000',
  ];
  const start = (): ChildProcess =>
    spawn(process.execPath, [BIN, ...args], { env: { ...envOf(authy) } });
  for (const kill of [500, 1000, 1500]) {
    const child = start();
    child.stderr?.pipe(process.stderr);
    const gone = once(child, 'exit');
    while (target.made.size < kill) {
      expect(child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await gone;
  }
  const child = start();
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  const [status] = await once(child, 'close');
  expect(status).toBe(1);
  for (const fault of [429, 500]) expect(authy.answers.get(fault)).toBeGreaterThan(2);
  const countOf = (outcome: string) =>
    Number(new RegExp(` ${outcome} +(\\d+) `).exec(out)?.[1] ?? 0);
  expect(out).toMatch(`${MANY} of ${MANY + 1} are at ${target.url}\n`);
  expect(countOf('moved') + countOf('there')).toBe(MANY);
  expect(out).toMatch(/ app-token +1 /);
  expect([...target.made.keys()].sort()).toStrictEqual([...authy.users].sort());
  expect(new Set(target.made.values())).toStrictEqual(new Set([1]));
}, 600_000);
