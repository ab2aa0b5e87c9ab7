import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { importKey, totp } from '@driftlock/totp-core';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../src/exit.js';
import { gatewayVerb } from '../src/gateway.js';
import type { World } from '../src/verb.js';
import { inProcess } from './in-process.js';
import { BIN, type Ran } from './terminal.js';

interface Running {
  child: ChildProcess;
  /** Resolves with what matched, once standard output holds it. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ran>;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function start(args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [BIN, 'gateway', ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ran: Ran = { status: -1, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ran.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ran.err += chunk;
  });
  const ended = once(child, 'close').then(([status]) => ({ ...ran, status: status ?? -1 }));
  return {
    child,
    ended,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(ran.out);
        if (match) return match;
        await Promise.race([once(child.stdout, 'data'), ended]);
        if (child.exitCode !== null && !pattern.test(ran.out)) {
          throw new Error(`ended with ${child.exitCode}: ${ran.out}${ran.err}`);
        }
      }
    },
  };
}

const before = process.listenerCount('SIGTERM');
const URL_LINE = /serving {3}(http:\/\/127\.0\.0\.1:\d+)\n/;

describe('driftlock gateway', () => {
  it('--log writes what happens as JSON lines, and no code, secret or key', async () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const key = 'operator-key-that-is-in-no-log';
    const { child, until, ended } = start(['--port', '0', '--mode', 'authority', '--log'], {
      DRIFTLOCK_KEY: key,
    });
    const [, url] = await until(URL_LINE);
    const post = (path: string, body: object) =>
      fetch(`${url}/v1/accounts${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });
    await post('', { id: 'ann', secret });
    const code = totp(importKey(secret), { at: Date.now() });
    for (let time = 0; time < 2; time++) await (await post('/ann/verify', { code })).json();
    child.kill('SIGTERM');
    const { err } = await ended;
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      lines.map(({ msg, path, accepted, reason }) => [msg, path ?? accepted, reason]),
    ).toStrictEqual([
      ['request', '/v1/accounts', undefined],
      ['decided', true, undefined],
      ['request', '/v1/accounts/:id/verify', undefined],
      ['decided', false, 'replayed'],
      ['request', '/v1/accounts/:id/verify', undefined],
    ]);
    for (const hidden of [secret, key, code]) expect(err).not.toContain(hidden);
  });

  it('makes a key, prints it once, and it opens the API; SIGTERM ends it with 0', async () => {
    const { child, until, ended } = start(['--port', '0']);
    const [, url] = await until(URL_LINE);
    const [, key] = await until(/key {7}(\S{32})\n/);
    await until(/README\.md\n/);
    const asked = await fetch(`${url}/v1/accounts`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect([asked.status, await asked.json()]).toStrictEqual([200, { accounts: [] }]);
    expect((await fetch(`${url}/v1/accounts`)).status).toBe(401);
    child.kill('SIGTERM');
    const { status, out, err } = await ended;
    expect([status, err, out.split(key ?? '').length - 1]).toStrictEqual([0, '', 1]);
  });

  it('takes its address and keys from the environment, and prints no key it was given', async () => {
    const env = {
      PORT: '0',
      HOST: '127.0.0.1',
      DRIFTLOCK_KEY: 'op-key',
      DRIFTLOCK_AUTHY_KEY: 'a-key',
    };
    const { child, until, ended } = start([], env);
    const [, url] = await until(URL_LINE);
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect([
      await status('/v1/accounts', { Authorization: 'Bearer op-key' }),
      await status('/protected/json/users/1/status', { 'X-Authy-API-Key': 'a-key' }),
      await status('/protected/json/users/1/status', { 'X-Authy-API-Key': 'op-key' }),
    ]).toStrictEqual([200, 404, 401]);
    child.kill('SIGINT');
    const ran = await ended;
    expect(ran).toStrictEqual({
      status: 0,
      out: expect.not.stringMatching(/op-key|a-key/),
      err: '',
    });
  });

  it('ends though a client keeps its connection open', async () => {
    const { child, until, ended } = start(['--port', '0']);
    const [, url = ''] = await until(URL_LINE);
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(client, 'data');
    child.kill('SIGTERM');
    await expect(ended).resolves.toMatchObject({ status: 0, err: '' });
    client.destroy();
  });

  it('is ended at once by a second signal, though it is another than the first', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const { child, until } = start(
      ['--port', '0', '--mode', 'proxy', '--policy', 'authority-first'],
      {
        DRIFTLOCK_KEY: 'op',
        DRIFTLOCK_UPSTREAM_KEY: 'upstream',
        DRIFTLOCK_UPSTREAM: `http://127.0.0.1:${port}`,
      },
    );
    const [, url] = await until(URL_LINE);
    const ask = (path: string, body: object) =>
      fetch(`${url}/v1/accounts${path}`, {
        method: 'POST',
        headers: { Authorization: 'Bearer op' },
        body: JSON.stringify(body),
      });
    await ask('', { id: 'ann', authyId: '7' });
    const asked = once(silent, 'connection');
    const verifying = ask('/ann/verify', { code: '000000' }).catch(() => {});
    await asked;
    child.kill('SIGTERM');
    while ((await fetch(`${url}/v1/time`).catch(() => undefined))?.status === 200);
    child.kill('SIGINT');
    await once(child, 'close');
    expect([child.exitCode, child.signalCode]).toStrictEqual([null, 'SIGINT']);
    await verifying;
    silent.close();
  });

  it('says that a port is taken, and that it may be free later', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const ran = await inProcess(['gateway', '--port', String(port)]);
    other.close();
    const err = `driftlock gateway: port ${port} is taken; choose another with --port or PORT\n`;
    expect(ran).toStrictEqual({ status: 75, out: '', err });
  });

  it.each(['DRIFTLOCK_KEY', 'DRIFTLOCK_AUTHY_KEY'])(
    'refuses a %s that no header can carry, without showing it',
    async (name) => {
      for (const key of ['ключ', 'two words', 'two\nlines']) {
        const ran = await inProcess(['gateway', '--port', '0'], { env: { [name]: key } });
        const err = `driftlock gateway: ${name} takes visible ASCII without spaces\nTry 'driftlock gateway --help'.\n`;
        expect(ran).toStrictEqual({ status: 2, out: '', err });
      }
    },
  );

  it('refuses an address that is not this machine’s own', async () => {
    const ran = await inProcess(['gateway', '--host', '192.0.2.1', '--port', '0']);
    const err = expect.stringMatching(
      /^driftlock gateway: [^\n]+\nTry 'driftlock gateway --help'\.\n$/,
    );
    expect(ran).toStrictEqual({ status: 2, out: '', err });
  });

  it('with --tour, tours and goes on serving', async () => {
    const { child, until, ended } = start(['--port', '0', '--tour']);
    const [, url] = await until(URL_LINE);
    await until(/\nAll 6 scenes held, in .* s\.\n/);
    await until(/\nThe gateway goes on serving at (\S+)\. Ctrl-C ends it\.\n/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    await expect(ended).resolves.toMatchObject({ status: 0, err: '' });
  });

  it('ends with 1 where a scene of the tour fails, and frees its port', async () => {
    let out = '';
    const world = { out: (text: string) => (out += text), env: {}, colors: false };
    const failing = gatewayVerb(async () => EXIT.notValid);
    const exit = await failing.run(['--port', '0', '--tour'], world as Partial<World> as World);
    expect([exit, out]).toStrictEqual([1, expect.stringMatching(/\nThe gateway ends: .*\n$/)]);
    const [, url = ''] = URL_LINE.exec(out) ?? [];
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('ends cleanly in the middle of the tour', async () => {
    const { child, until, ended } = start(['--port', '0', '--tour']);
    await until(/Driftlock, in six scenes/);
    child.kill('SIGTERM');
    const { status, out, err } = await ended;
    expect([status, err]).toStrictEqual([0, '']);
    expect(out).not.toContain('scenes held');
  });
});
