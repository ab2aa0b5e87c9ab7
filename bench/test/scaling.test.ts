// The scaling guide, run as it stands: its gateway on each engine, its commands, and the runs it names.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, totp } from '@driftlock/totp-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../src/race/servers/postgres.js';
import { type DatabaseServer, ifInstalled } from '../src/race/servers/process.js';
import { startRedis } from '../src/race/servers/redis.js';
import { ROOT } from '../src/results.js';

const GUIDE = readFileSync(join(ROOT, 'docs/guides/scaling.md'), 'utf8');
const KEY = 'operator-of-the-guide';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const folder = mkdtempSync(join(tmpdir(), 'scaling-'));
/** Where the packages are found by their names. */
const MODULE = join(ROOT, 'bench/node_modules/example-of-the-guide.mjs');

function blocks(opening: string): string[] {
  const found = GUIDE.split('```').filter((part) => part.startsWith(`${opening}\n`));
  return found.map((part) => part.slice(opening.length + 1));
}

let postgres: DatabaseServer | undefined;
let redis: DatabaseServer | undefined;
const children: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await ifInstalled(() => startPostgres());
  redis = await ifInstalled(() => startRedis());
}, 60_000);

afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(MODULE, { force: true });
});

afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
  rmSync(folder, { recursive: true });
});

const environment = () => ({
  PATH: process.env.PATH,
  PORT: '0',
  DATABASE_URL: postgres?.url,
  REDIS_URL: redis?.url,
  DRIFTLOCK_KEY: KEY,
  DRIFTLOCK_SEAL_KEY: Buffer.alloc(32, 7).toString('base64'),
});

/** Runs a program of the guide's, and says where its gateway answers. */
async function serve(program: string): Promise<string> {
  writeFileSync(MODULE, program);
  const child = spawn(process.execPath, [MODULE], { cwd: folder, env: environment() });
  children.push(child);
  child.stderr.pipe(process.stderr);
  const [printed] = await once(child.stdout, 'data');
  return String(printed).trim();
}

async function ask(url: string, path: string, body: object): Promise<unknown> {
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${url}/v1/accounts${path}`, init)).json();
}

/** An account is made and two codes are typed, one of them right. */
async function signIn(url: string, id: string): Promise<void> {
  await ask(url, '', { id, secret: SECRET });
  const code = totp(importKey(SECRET), { at: Date.now() });
  const wrong = code === '000000' ? '000001' : '000000';
  const path = `/${id}/verify`;
  expect(await ask(url, path, { code: wrong })).toMatchObject({ reason: 'mismatch' });
  expect(await ask(url, path, { code })).toMatchObject({ accepted: true });
}

function run(block: string, env: object): void {
  const commands = block.match(/^\$ .*$/gm)!.map((line) => line.slice(2));
  const ran = spawnSync('sh', ['-c', commands.join('\n')], {
    encoding: 'utf8',
    env: { ...environment(), ...env },
  });
  expect(ran).toMatchObject({ stderr: '', status: 0 });
  expect(ran.stdout).toBe(block.replace(/^\$ .*\n/gm, ''));
}

const [program = '', file = '', ledger = ''] = blocks('js');
/** The program with another engine, or with another ledger, as the guide says. */
const onFile = () =>
  program
    .replace(/import \{ postgresEngine.*\n/, file.match(/import .*\n/)![0])
    .replace(/const engine = .*\n/, file.match(/const engine = .*\n/)![0]);
const onRedis = () => {
  const [imported, made] = ledger.split('\n\n');
  return `${imported}\n${onFile().replace(/const stores = .*\n/, `${made}`)}`;
};

test('its gateway on Postgres decides, and its commands print what it says', async ({ skip }) => {
  if (!postgres) return skip('postgres is not installed');
  const url = await serve(program);
  await signIn(url, 'ana');
  run(blocks('console postgres')[0]!, {});
  run(blocks('console')[0]!, { GATEWAY: url });
});

test('its gateway on a file decides', async () => {
  await signIn(await serve(onFile()), 'ben');
});

test('its gateway with a ledger on Redis decides, and Redis has it', async ({ skip }) => {
  if (!redis) return skip('redis is not installed');
  await signIn(await serve(onRedis()), 'cleo');
  run(blocks('console redis')[0]!, {});
  const there = spawnSync('redis-cli', ['-u', redis.url, 'KEYS', '*'], { encoding: 'utf8' });
  expect(there.stdout).toBe('driftlock:ledger:cleo\n');
});

test('the runs that it names are scripts of the project', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const named = new Set([...GUIDE.matchAll(/`npm run ([\w:]+)`/g)].map(([, name]) => name));
  expect([...named]).toStrictEqual(['bench:gateway', 'tables']);
  for (const name of named) expect(scripts).toHaveProperty([name!]);
});
