import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwilioVerifyClient } from '@driftlock/api-client';
import { createVerifyEmulator } from '@driftlock/gateway/verify-emulator';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../in-process.js';
import { type Authy, KEYS, startAuthy } from './authy.js';

const root = mkdtempSync(join(tmpdir(), 'driftlock-verify-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
});

const ACCOUNT = `AC${'a'.repeat(32)}`;
const SERVICE = `VA${'b'.repeat(32)}`;
const TOKEN = 'token-of-the-account';

/** A Verify over HTTP, which answers 429 to the first so many calls. */
async function startVerify({ refuse = 0 } = {}): Promise<string> {
  const verify = createVerifyEmulator({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    serviceSid: SERVICE,
  });
  let refused = 0;
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = 'GET', url, headers } = incoming;
    const request = new Request(`http://localhost${url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
    });
    const answer =
      refused++ < refuse
        ? Response.json({ code: 20429, status: 429, message: 'no' }, { status: 429 })
        : await verify.fetch(request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(authy: Authy, url: string, env: Record<string, string> = {}) {
  const users = join(folder, 'users.csv');
  writeFileSync(users, authy.users.map((user) => `${user},person-${user}\n`).join(''));
  return inProcess(
    ['migrate', 'verify', '--users', users, '--per-second', '100', '--report', `${users}.out`],
    {
      now: Date.now,
      env: {
        DRIFTLOCK_UPSTREAM: authy.url,
        DRIFTLOCK_UPSTREAM_KEY: KEYS.upstream,
        TWILIO_ACCOUNT_SID: ACCOUNT,
        TWILIO_AUTH_TOKEN: TOKEN,
        TWILIO_VERIFY_SERVICE_SID: SERVICE,
        TWILIO_VERIFY_URL: url,
        ...env,
      },
    },
  );
}

async function authyOf(users: number): Promise<Authy> {
  const authy = await startAuthy({ users });
  onTestFinished(() => authy.close());
  return authy;
}

describe('driftlock migrate verify', () => {
  test('makes a verified factor of each seed, once', async () => {
    const authy = await authyOf(2);
    const url = await startVerify({ refuse: 1 });
    const ran = await run(authy, url);
    expect(ran).toStrictEqual({
      status: 0,
      err: '',
      out: `2 of 2 are at Twilio Verify, service ${SERVICE}

  moved              2  the seed is there, and a code of Authy’s proved it
`,
    });
    rmSync(join(folder, 'users.csv.journal'));
    expect((await run(authy, url)).out).toMatch(/ there +2 /);
    const client = createTwilioVerifyClient({
      ...{ accountSid: ACCOUNT, authToken: TOKEN, serviceSid: SERVICE, baseUrl: url },
    });
    for (const user of authy.users) {
      const listed = await client.factors.list({ identity: `person-${user}` });
      const factors = listed.known ? listed.factors : [];
      expect(factors.map(({ status }) => status)).toStrictEqual(['verified']);
    }
    expect(readFileSync(join(folder, 'users.csv.out'), 'utf8')).toMatch(/,person-\d+,there\n$/);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['another token', { TWILIO_AUTH_TOKEN: 'another' }, /does not open this account/],
    ['no service', { TWILIO_VERIFY_SERVICE_SID: '' }, /needs TWILIO_VERIFY_SERVICE_SID/],
    ['a sid that is none', { TWILIO_ACCOUNT_SID: 'AC1' }, /is malformed/],
  ])('%s ends it in a line', async (_, env, said) => {
    const { status, err } = await run(await authyOf(1), await startVerify(), env);
    expect(status).toBe(2);
    expect(err).toMatch(said);
  });

  test('names that Verify takes for none are refused before anybody is asked', async () => {
    const users = join(folder, 'users.csv');
    writeFileSync(users, '12,ana\n');
    const args = ['migrate', 'verify', '--users', users];
    expect((await inProcess(args, { env: {} })).err).toMatch(
      /line 1 has no name that can be one there/,
    );
    writeFileSync(users, '12,person-12\n');
    const other = await inProcess([...args, '--data', 'x'], {
      env: { DRIFTLOCK_UPSTREAM_KEY: 'k' },
    });
    expect(other.err).toMatch(/--data is of migrate authy/);
  });
});
