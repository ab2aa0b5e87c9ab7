import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveGateway } from '@driftlock/gateway/node';
import { generateSecret, importKey, totp } from '@driftlock/totp-core';
import { afterAll, describe, expect, it } from 'vitest';
import { gatewayVerb } from '../src/gateway.js';
import type { World } from '../src/verb.js';
import { inProcess } from './in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-modes-'));
afterAll(() => rm(folder, { recursive: true }));

const secret = generateSecret();
const key = importKey(secret);
const code = () => totp(key, { at: Date.now() });
const SEAL = 'ab'.repeat(32);

/** Serves until `work` is done, and gives back what was printed. */
async function served(
  args: string[],
  env: World['env'],
  work: (url: string) => Promise<void>,
): Promise<string> {
  let out = '';
  let failed: unknown = new Error('the gateway never served');
  const playing = gatewayVerb(async () => {
    const [, url = ''] = /serving {3}(\S+)\n/.exec(out) ?? [];
    failed = await work(url).then(
      () => undefined,
      (error) => error,
    );
    return 1;
  });
  const world: Partial<World> = {
    env: { DRIFTLOCK_KEY: 'op', ...env },
    colors: false,
    out: (text: string) => {
      out += text;
    },
  };
  await playing.run(['--port', '0', '--tour', ...args], world as World);
  if (failed) throw failed;
  return out;
}

async function call(url: string, path: string, body?: unknown): Promise<Response> {
  const content = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${url}${path}`, { headers: { Authorization: 'Bearer op' }, ...content });
}

const asked = (url: string, path: string) =>
  fetch(`${url}/protected/json/${path}`, { headers: { 'X-Authy-API-Key': 'door' } });

describe('driftlock gateway --mode authority', () => {
  it('has the last word by its seeds, and opens no door without a key to it', async () => {
    const out = await served(['--mode', 'authority'], {}, async (url) => {
      await call(url, '/v1/accounts', { id: 'ana', secret });
      const decision = await (await call(url, '/v1/accounts/ana/verify', { code: code() })).json();
      expect(decision).toMatchObject({ accepted: true, by: 'local', standing: 'confirmed' });
      expect((await asked(url, 'app/details')).status).toBe(404);
      expect((await call(url, '/emulator/messages')).status).toBe(404);
    });
    expect(out).toContain('Driftlock gateway, by the seeds it holds\n');
    expect(out).toContain('  door      closed; set DRIFTLOCK_AUTHY_KEY\n');
  });

  it('keeps what it has in a file, and a code used at one door is used at the other', async () => {
    const env = { DRIFTLOCK_AUTHY_KEY: 'door', DRIFTLOCK_SEAL_KEY: SEAL };
    const args = ['--mode', 'authority', '--data', join(folder, 'kept.db')];
    let authyId = '';
    const typed = code();
    const out = await served(args, env, async (url) => {
      const made = await call(url, '/v1/accounts', { id: 'ana', secret, authyId: '4711' });
      ({ authyId } = await made.json());
      const answer = await asked(url, `verify/${typed}/${authyId}`);
      expect(await answer.text()).toContain('"token":"is valid"');
    });
    expect(out).toContain('  door      open, to DRIFTLOCK_AUTHY_KEY\n');
    expect(out).not.toMatch(new RegExp(`${SEAL}|op\\n`));
    await served(args, env, async (url) => {
      const again = await (await call(url, '/v1/accounts/ana/verify', { code: typed })).json();
      expect(again).toMatchObject({ accepted: false, reason: 'replayed' });
    });
  });
});

describe('driftlock gateway --mode proxy', () => {
  it('asks your Authy, and passes the other calls of its door on', async () => {
    const keys = { operator: 'far-op', authy: 'far' };
    const policy = { mode: 'local-first' } as const;
    const authy = await serveGateway({ mode: 'emulate', port: 0, keys, policy });
    try {
      const env = {
        DRIFTLOCK_UPSTREAM: authy.url,
        DRIFTLOCK_UPSTREAM_KEY: 'far',
        DRIFTLOCK_AUTHY_KEY: 'door',
      };
      const far = (path: string, body?: unknown) =>
        fetch(`${authy.url}${path}`, {
          headers: { Authorization: 'Bearer far-op' },
          ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
        });
      const { authyId } = await (await far('/v1/accounts', { id: 'ana', secret })).json();
      const args = ['--mode', 'proxy', '--policy', 'authority-first'];
      const out = await served(args, env, async (url) => {
        await call(url, '/v1/accounts', { id: 'ana', authyId });
        const decision = await call(url, '/v1/accounts/ana/verify', { code: code() });
        expect(await decision.json()).toMatchObject({ accepted: true, by: 'authority' });
        expect((await asked(url, 'app/details')).status).toBe(200);
      });
      expect(out).toContain('Driftlock gateway, in front of your Authy\n');
      expect(out).toContain('  mode      authority-first; everything in memory');
      expect(out).not.toMatch(/far|4711/);
    } finally {
      await authy.close();
    }
  });
});

const usage = (message: string) => ({
  ...{ status: 2, out: '' },
  err: `driftlock gateway: ${message}\nTry 'driftlock gateway --help'.\n`,
});

it.each([
  [['--mode', 'Proxy'], {}, '--mode takes emulate, proxy, authority'],
  [['--policy', 'offline'], {}, '--policy takes local-first, authority-first'],
  [['--mode', 'proxy'], {}, '--mode proxy needs --policy'],
  [
    ['--mode', 'proxy', '--policy', 'local-first'],
    {},
    '--mode proxy needs DRIFTLOCK_UPSTREAM_KEY, the key of your Authy',
  ],
  [
    ['--mode', 'proxy', '--policy', 'local-first'],
    { DRIFTLOCK_UPSTREAM_KEY: 'k3y', DRIFTLOCK_UPSTREAM: 'http://authy.example' },
    'DRIFTLOCK_UPSTREAM takes an https address',
  ],
  [
    ['--mode', 'authority'],
    { DRIFTLOCK_KEY: 'same', DRIFTLOCK_AUTHY_KEY: 'same' },
    'DRIFTLOCK_AUTHY_KEY must differ from DRIFTLOCK_KEY',
  ],
  [
    ['--data', 'postgres://me:hunter2@127.0.0.1/x'],
    {},
    '--data takes no password: give the address as DRIFTLOCK_DATA',
  ],
  [
    ['--data', 'mysql://127.0.0.1/x'],
    {},
    '--data takes a file, or the address of a Postgres or libSQL server',
  ],
  [
    [],
    { DRIFTLOCK_DATA: 'postgres://me:hunter2@127.0.0.1/x' },
    'seeds on a server are sealed with DRIFTLOCK_SEAL_KEY: set it',
  ],
  [
    ['--data', join(folder, 'ledger.db')],
    { DRIFTLOCK_LEDGER: 'http://127.0.0.1' },
    'DRIFTLOCK_LEDGER takes the address of a Redis server',
  ],
] as const)('refuses what can’t run, and shows no key (%j %j)', async (args, env, message) => {
  const ran = await inProcess(['gateway', '--port', '0', ...args], { env });
  expect(ran).toStrictEqual(usage(message));
});

it.each([
  ['DRIFTLOCK_DATA', 'postgres://me:hunter2@127.0.0.1:1/x'],
  ['DRIFTLOCK_DATA', 'http://127.0.0.1:1'],
  ['DRIFTLOCK_LEDGER', 'redis://me:hunter2@127.0.0.1:1'],
])('says that a server can’t be used, and nothing of its address (%s)', async (name, address) => {
  const env = {
    DRIFTLOCK_SEAL_KEY: SEAL,
    DRIFTLOCK_DATA: join(folder, 'beside.db'),
    [name]: address,
  };
  const ran = await inProcess(['gateway', '--port', '0'], { env });
  const err = 'driftlock gateway: a server of --data or DRIFTLOCK_LEDGER can not be used\n';
  expect(ran).toStrictEqual({ status: 75, out: '', err });
});

it('names every variable it reads in its help', async () => {
  const { out } = await inProcess(['gateway', '--help']);
  const sources = ['gateway', 'gateway-setup', 'data', 'seal-keys'].map((name) =>
    readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8'),
  );
  const read = new Set(sources.join('\n').match(/DRIFTLOCK_[A-Z_]+/g));
  expect([...read].filter((name) => !out.includes(name))).toStrictEqual([]);
  expect(read.size).toBeGreaterThan(7);
});
