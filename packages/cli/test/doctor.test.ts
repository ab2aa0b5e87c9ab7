import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { checkClock } from '../src/doctor/clock.js';
import { inProcess } from './in-process.js';
import { KEYS, startAuthy, startTarget } from './migrate/authy.js';
import { SECRET } from './terminal.js';

const root = mkdtempSync(join(tmpdir(), 'driftlock-doctor-'));
afterAll(() => rmSync(root, { recursive: true }));
let data: string;
beforeEach(() => {
  data = join(mkdtempSync(join(root, 'run-')), 'driftlock.db');
});

interface Found {
  state: string;
  what: string;
  found: string;
}

async function doctor(args: string[], env: Record<string, string> = {}) {
  const ran = await inProcess(['doctor', '--json', ...args], { env, now: Date.now });
  const { findings = [] } = ran.out === '' ? {} : (JSON.parse(ran.out) as { findings: Found[] });
  const said = (what: string) => {
    const { state, found } = findings.find((one) => one.what === what) ?? {
      state: 'none',
      found: '',
    };
    return `${state}: ${found}`;
  };
  return { ...ran, findings, said };
}

/** As a gateway leaves it. */
async function fill(env: Record<string, string> = {}): Promise<void> {
  const args = ['import', '--file', '-', '--data', data];
  const { status } = await inProcess(args, { input: `otpauth://totp/ann?secret=${SECRET}`, env });
  expect(status).toBe(0);
}

/** A server whose Date is so many seconds ahead. */
async function witness(ahead: number): Promise<string> {
  const server = createServer((_, response) => {
    response.sendDate = false;
    response.setHeader('Date', new Date(Date.now() + ahead * 1000).toUTCString());
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('driftlock doctor', () => {
  test('finds data as a gateway leaves it in order', async () => {
    await fill();
    const { status, said } = await doctor(['--data', data]);
    expect(status).toBe(0);
    expect(said('data')).toBe(`good: ${data} answers, its tables are this release’s`);
    expect(said('seal')).toBe('good: the key opens what it sealed');
    expect(said('file')).toBe('good: for its owner alone');
    expect(said('node')).toBe(`good: ${process.versions.node}`);
    expect(said('clock')).toBe('unchecked: nobody was asked for the time');
  });

  test('finds a file that others can read', async () => {
    await fill();
    chmodSync(data, 0o644);
    const { status, said } = await doctor(['--data', data]);
    expect([status, said('file')]).toStrictEqual([1, 'wrong: others on this machine can read it']);
  });

  test.each<[string, string, Record<string, string>]>([
    ['is lost', 'wrong: seeds are sealed, and there is no key', {}],
    [
      'is another',
      'wrong: the key is not the one that seeds are sealed with',
      { DRIFTLOCK_SEAL_KEY: 'b'.repeat(64) },
    ],
    ['is the one', 'good: the key opens what it sealed', { DRIFTLOCK_SEAL_KEY: 'a'.repeat(64) }],
    [
      'is to be changed',
      'unchecked: everything is sealed anew when the gateway starts',
      { DRIFTLOCK_SEAL_KEY: `${'b'.repeat(64)},${'a'.repeat(64)}` },
    ],
    [
      'is none',
      'wrong: DRIFTLOCK_SEAL_KEY takes 32 bytes as hex or base64, or several such, with commas between',
      { DRIFTLOCK_SEAL_KEY: 'hunter2' },
    ],
  ])('says whether the seal key %s, and changes nothing', async (_, expected, env) => {
    await fill({ DRIFTLOCK_SEAL_KEY: 'a'.repeat(64) });
    for (let time = 0; time < 2; time++)
      expect((await doctor(['--data', data], env)).said('seal')).toBe(expected);
    const first = await doctor(['--data', data], { DRIFTLOCK_SEAL_KEY: 'a'.repeat(64) });
    expect(first.said('seal')).toBe('good: the key opens what it sealed');
  });

  test('says that a seal key is none before anything is sealed with it', async () => {
    await fill();
    const empty = join(mkdtempSync(join(root, 'run-')), 'empty.db');
    const none = ['import', '--file', '-', '--data', empty];
    await inProcess(none, { input: 'otpauth://totp/ann?secret=A', env: {} });
    expect(readdirSync(join(empty, '..'))).toContain('empty.db');
    const { status, said } = await doctor(['--data', empty], { DRIFTLOCK_SEAL_KEY: 'hunter2' });
    expect([status, said('seal')]).toStrictEqual([1, expect.stringMatching(/^wrong: .* takes/)]);
  });

  test('is no wider than a terminal', async () => {
    await fill();
    const { out } = await inProcess(['doctor', '--data', data], { env: {}, now: Date.now });
    const long = out.split('\n').filter((line) => line.length > 80 && !line.includes(data));
    expect(long).toStrictEqual([]);
    expect(out).toContain(`\n${' '.repeat(25)}answers, its tables`);
  });

  test('finds what is no database, and makes no file where there is none', async () => {
    expect((await doctor(['--data', data])).said('data')).toBe('wrong: there is no such file');
    expect((await doctor(['--data', data])).said('data')).toBe('wrong: there is no such file');
    writeFileSync(data, 'text, and long enough for a header of a hundred bytes'.repeat(20));
    expect((await doctor(['--data', data])).said('data')).toBe('wrong: this is no database');
  });

  test.each<[string, RegExp]>([
    ['hunter2', /^wrong: at most \d\d bits to guess$/],
    ['passwordpasswordpassword', /^wrong/],
    ['1'.repeat(60), /^wrong/],
    ['Vrh1QHXpmO6l1FwfeS2zPtxbeG4df2rj', /^good/],
    ['9f86d081884c7d659a2feaa0c55ad015', /^good/],
  ])('weighs an operator’s key of %s', async (key, expected) => {
    const { said, out } = await doctor([], { DRIFTLOCK_KEY: key });
    expect(said('DRIFTLOCK_KEY')).toMatch(expected);
    expect(out).not.toContain(key);
  });

  test('finds that both doors have one key', async () => {
    const key = 'Vrh1QHXpmO6l1FwfeS2zPtxbeG4df2rj';
    const { said } = await doctor([], { DRIFTLOCK_KEY: key, DRIFTLOCK_AUTHY_KEY: key });
    expect(said('keys')).toBe('wrong: both keys are the same');
  });

  test('asks a gateway and an Authy, and says what they say', async () => {
    const [target, authy] = await Promise.all([startTarget(), startAuthy({ users: 0 })]);
    onTestFinished(() => Promise.all([target.close(), authy.close()]).then(() => {}));
    const env = { DRIFTLOCK_UPSTREAM: authy.url, DRIFTLOCK_UPSTREAM_KEY: KEYS.upstream };
    const { said } = await doctor(['--gateway', target.url], env);
    expect([said('gateway'), said('authy')]).toStrictEqual([
      'good: ready',
      'good: answers, and takes the key',
    ]);
    const other = await doctor(['--gateway', authy.url.replace('http', 'https')], {
      ...env,
      DRIFTLOCK_UPSTREAM_KEY: 'x',
    });
    expect([other.said('gateway'), other.said('authy')]).toStrictEqual([
      'wrong: does not answer as one',
      'wrong: does not take DRIFTLOCK_UPSTREAM_KEY',
    ]);
    await authy.set('faults', { down: true });
    expect((await doctor([], env)).said('authy')).toBe('unchecked: no answer that can be used');
  });

  test('what people read has a line for each finding, and what to do, within 80 columns', async () => {
    const { out, status } = await inProcess(['doctor', '--data', data], {
      env: { DRIFTLOCK_KEY: 'abc' },
    });
    expect(status).toBe(1);
    expect(out).toBe(`  ✓ node                 ${process.versions.node}
  – clock                nobody was asked for the time
                         name servers with --witness https://…
  ✗ data                 there is no such file
                         is it the place that the gateway has?
  ✗ DRIFTLOCK_KEY        at most 7 bits to guess
                         make one: head -c 24 /dev/urandom | base64

2 wrong, 1 not checked
`);
  });

  test.each([
    [['--witness', 'http://a.example'], /--witness takes https/],
    [['--gateway', 'nowhere'], /--gateway takes an https address/],
    [['--gateway', 'http://gateway.example'], /plain http is for this machine/],
    [['--data', 'postgres://a:b@c/d'], /--data takes no password/],
  ])('%j is refused', async (args, said) => {
    const { status, err } = await doctor(args);
    expect(status).toBe(2);
    expect(err).toMatch(said);
  });
});

describe('the clock by its witnesses', () => {
  test.each<[string, number[], RegExp]>([
    ['right by two', [0, 0], /^good: between \d+ seconds slow and \d+ seconds fast, by 2 of 2/],
    ['slow by two', [100, 100], /^wrong: 9\d to 10\d seconds slow, by 2 of 2/],
    ['fast by two of three', [-100, -100, 0], /^wrong: 9\d to 10\d seconds fast, by 2 of 3/],
    ['what nobody else says', [100], /^unchecked: one witness says/],
    ['what they do not agree on', [100, -100], /^unchecked: the witnesses do not agree/],
  ])('is %s', async (_, aheads, expected) => {
    const urls = await Promise.all(aheads.map((ahead) => witness(ahead)));
    const { state, found } = await checkClock(urls, Date.now);
    expect(`${state}: ${found}`).toMatch(expected);
  });

  test('is unknown where nobody answers', async () => {
    expect(await checkClock(['http://127.0.0.1:1'], Date.now)).toMatchObject({
      state: 'unchecked',
    });
  });
});
