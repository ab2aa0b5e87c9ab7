import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBase32, generateSecret, importKey, totp } from '@driftlock/totp-core';
import { afterAll, describe, expect, it } from 'vitest';
import { gatewayVerb } from '../src/gateway.js';
import type { World } from '../src/verb.js';
import { inProcess } from './in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-data-'));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
/** With what a URL would take for something else in its name. */
const fresh = () => join(folder, `${++files} 100%41?#.db`);
const hex = (byte: string) => byte.repeat(32);
const secret = generateSecret();
const key = importKey(secret);

type Call = (method: string, path: string, body?: unknown) => Promise<Response>;

/** Serves the data until `work` is done. */
async function served<T>(
  { file, env = {} }: { file: string; env?: World['env'] },
  work: (call: Call, out: string) => Promise<T>,
): Promise<T> {
  let out = '';
  let result: Promise<T> | undefined;
  const world: Partial<World> = {
    env: { DRIFTLOCK_KEY: 'op', ...env },
    colors: false,
    out: (text) => {
      out += text;
    },
  };
  const playing = gatewayVerb(async () => {
    const [, url = ''] = /serving {3}(\S+)\n/.exec(out) ?? [];
    const call: Call = (method, path, body) =>
      fetch(url + path, {
        method,
        headers: { Authorization: 'Bearer op', 'X-Authy-API-Key': 'op' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    result = work(call, out);
    await result.catch(() => {});
    // What is not played to its end ends the gateway.
    return 1;
  });
  await playing.run(['--port', '0', '--tour', '--data', file], world as World);
  if (!result) throw new Error('the gateway never served');
  return result;
}

const run = (file: string, env: World['env'] = {}) =>
  inProcess(['gateway', '--port', '0', '--data', file], { env });
const hint = "Try 'driftlock gateway --help'.\n";

/** Enrols ana and has a code of hers accepted; gives back the code and the decision's id. */
async function useOne(call: Call): Promise<{ code: string; id: string }> {
  const made = await call('POST', '/v1/accounts', { id: 'ana', secret });
  expect(made.status).toBe(201);
  const code = totp(key, { at: Date.now() });
  const decision = await (await call('POST', '/v1/accounts/ana/verify', { code })).json();
  expect(decision.accepted).toBe(true);
  return { code, id: decision.id };
}

describe('driftlock gateway --data', () => {
  it('keeps accounts, used codes and decisions from one run to the next', async () => {
    const file = fresh();
    const { code, id } = await served({ file }, useOne);
    await served({ file }, async (call, out) => {
      expect(out).toContain(`kept in ${file}\n`);
      const again = await (await call('POST', '/v1/accounts/ana/verify', { code })).json();
      expect([again.accepted, again.reason]).toStrictEqual([false, 'replayed']);
      expect((await (await call('GET', `/v1/decisions/${id}`)).json()).accepted).toBe(true);
      const next = totp(key, { at: Date.now() + 30_000 });
      const fresh = await call('POST', '/v1/accounts/ana/verify', { code: next });
      const { id: other, accepted } = await fresh.json();
      expect(accepted).toBe(true);
      for (;;) {
        const { settlement } = await (await call('GET', `/v1/decisions/${other}`)).json();
        if (!settlement) continue;
        // The emulated user is there again, with the same seed.
        expect(settlement).toBe('confirmed');
        break;
      }
    });
  });

  it('makes its files for their owner alone, and no seed or key is in them in the clear', async () => {
    const file = fresh();
    await served({ file }, useOne);
    const names = readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((name) => name.startsWith(file));
    expect(names).toEqual(expect.arrayContaining([file, `${file}.seal-key`]));
    for (const name of names) expect(statSync(name).mode & 0o777).toBe(0o600);
    const sealKey = readFileSync(`${file}.seal-key`, 'utf8').trim();
    const bytes = Buffer.from(decodeBase32(secret));
    const stored = Buffer.concat(
      names.filter((name) => !name.endsWith('.seal-key')).map((name) => readFileSync(name)),
    );
    for (const canary of [
      Buffer.from(secret),
      bytes,
      Buffer.from(bytes.toString('hex')),
      Buffer.from(bytes.toString('base64')),
      Buffer.from(sealKey),
      Buffer.from(sealKey, 'base64url'),
    ]) {
      expect(stored.includes(canary)).toBe(false);
    }
    expect(stored.includes('ana')).toBe(true);
  });

  it('reads the file’s name from DRIFTLOCK_DATA', async () => {
    const ran = await inProcess(['gateway', '--port', '0'], {
      env: { DRIFTLOCK_DATA: join(folder, 'nowhere', 'x.db') },
    });
    const err = `driftlock gateway: --data: the file can be neither opened nor made\n${hint}`;
    expect(ran).toStrictEqual({ status: 2, out: '', err });
  });

  it('does not start with a seal key that opens nothing, and leaves the data as it is', async () => {
    const file = fresh();
    await served({ file, env: { DRIFTLOCK_SEAL_KEY: hex('a1') } }, useOne);
    const err = `driftlock gateway: --data was sealed with another key: give DRIFTLOCK_SEAL_KEY the one it was sealed with\n${hint}`;
    const wrong = await run(file, { DRIFTLOCK_SEAL_KEY: hex('b2') });
    expect(wrong).toStrictEqual({ status: 2, out: '', err });
    // Nor with one that it makes, which is not left beside.
    expect(await run(file)).toStrictEqual({ status: 2, out: '', err });
    expect(existsSync(`${file}.seal-key`)).toBe(false);
    await served({ file, env: { DRIFTLOCK_SEAL_KEY: hex('a1') } }, async (call) => {
      expect((await call('GET', '/v1/accounts/ana')).status).toBe(200);
    });
  });

  it('takes a new seal key where the old one comes after it, and then without that', async () => {
    const file = fresh();
    const { code } = await served({ file, env: { DRIFTLOCK_SEAL_KEY: hex('a1') } }, useOne);
    const keys = [
      `${hex('ff')},${hex('a1')}`,
      hex('ff'),
      Buffer.alloc(32, 0xff).toString('base64'),
      Buffer.alloc(32, 0xff).toString('base64url'),
    ];
    for (const DRIFTLOCK_SEAL_KEY of keys) {
      await served({ file, env: { DRIFTLOCK_SEAL_KEY } }, async (call) => {
        const again = await call('POST', '/v1/accounts/ana/verify', { code });
        expect((await again.json()).reason).toBe('replayed');
      });
    }
    expect((await run(file, { DRIFTLOCK_SEAL_KEY: hex('a1') })).status).toBe(2);
  });

  it('refuses a seal key that is none without showing it, and a file that others may read', async () => {
    const file = fresh();
    for (const DRIFTLOCK_SEAL_KEY of ['short', `${hex('a1')},`, hex('zz')]) {
      const ran = await run(file, { DRIFTLOCK_SEAL_KEY });
      const message = 'takes 32 bytes as hex or base64, or several such, with commas between';
      const err = `driftlock gateway: DRIFTLOCK_SEAL_KEY ${message}\n${hint}`;
      expect(ran).toStrictEqual({ status: 2, out: '', err });
    }
    await served({ file }, async () => {});
    chmodSync(`${file}.seal-key`, 0o644);
    const err = `driftlock gateway: others may read the file of the seal key: chmod 600 it\n${hint}`;
    expect(await run(file)).toStrictEqual({ status: 2, out: '', err });
  });

  it('refuses a file that is no database', async () => {
    const file = fresh();
    await writeFile(file, 'a letter to a friend, and not a short one at that\n'.repeat(30));
    const err = `driftlock gateway: --data: this is no database\n${hint}`;
    expect(await run(file)).toStrictEqual({ status: 2, out: '', err });
    expect(existsSync(`${file}.seal-key`)).toBe(false);
  });
});
