// docs/guides/leaving-authy.md, by somebody who follows it to the letter.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthyClient } from '@driftlock/api-client';
import { serveGateway } from '@driftlock/gateway/node';
import { diagnose, importKey, parseUri, type TotpKey, totp } from '@driftlock/totp-core';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const GUIDE = readFileSync(new URL('docs/guides/leaving-authy.md', ROOT), 'utf8');
const KEY = 'key-of-the-old-authy';
const IDS = ['209', '210', '211', '212'];

interface Phone {
  id: string;
  key: TotpKey;
  /** Its newest code. */
  code(): string;
}

/** An Authy with the users of the page: three who scanned a picture, one with its app. */
async function startAuthy(): Promise<{ url: string; phones: Map<string, Phone> }> {
  const operator = 'operator-of-the-old-authy';
  const keys = { operator, authy: KEY };
  const authy = await serveGateway({
    mode: 'emulate',
    keys,
    policy: { mode: 'local-first' },
    port: 0,
  });
  onTestFinished(() => authy.close());
  const asked = (path: string, init: RequestInit = {}) =>
    fetch(`${authy.url}/emulator/${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${operator}` },
    });
  await asked('application', { method: 'PUT', body: '{"seedExport":true}' });
  const client = createAuthyClient({ apiKey: KEY, baseUrl: authy.url });
  const phones = new Map<string, Phone>();
  for (const shown of IDS) {
    const phone = `31755501${shown.slice(1)}`;
    const made = await client.users.create({ email: 'a@example.com', phone, countryCode: 1 });
    const id = made.created ? made.user : '';
    const hasSeed = shown !== '212';
    if (hasSeed) await client.users.qrCode({ user: id });
    else await asked(`users/${id}`, { method: 'PUT', body: '{"registered":true}' });
    const seeds = (await (await asked(`users/${id}`)).json()) as Record<string, { uri: string }>;
    const { secret, params } = parseUri(seeds[hasSeed ? 'generic' : 'app']?.uri ?? '');
    const key = importKey(secret, params);
    phones.set(shown, { id, key, code: () => totp(key, { at: Date.now() }) });
  }
  return { url: authy.url, phones };
}

/** Of nobody, at no time a diagnosis looks at. */
function wrongCode(phones: Iterable<Phone>): string {
  const keys = [...phones].map(({ key }) => key);
  for (let number = 0; ; number++) {
    const code = String(number).padStart(6, '0');
    const seen = keys.map((key) => diagnose(key, code, { at: Date.now(), maxOffset: 86_400 }));
    if (seen.every(({ verdict }) => verdict === 'no-match' || verdict === 'malformed')) return code;
  }
}

interface Block {
  kind: string;
  steps: { command: string; printed: string }[];
}

const BLOCKS: Block[] = [...GUIDE.matchAll(/^```console ?(\w*)\n(.*?)^```$/gms)].map(
  ([, kind = '', text = '']) => ({
    kind,
    steps: text
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = '', ...printed] = step.split('\n');
        return { command, printed: printed.join('\n').trim() };
      }),
  }),
);

/** The one of 8626 that the page has, where nothing else listens. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** A shell that stays open: each command's output, once it is done. */
function openShell(folder: string, env: Record<string, string | undefined>) {
  const shell = spawn('bash', ['--norc'], { cwd: folder, env });
  onTestFinished(() => void shell.kill('SIGKILL'));
  let out = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (out += chunk));
  let number = 0;
  return async (command: string): Promise<string> => {
    const end = `--done-${++number}--`;
    out = '';
    shell.stdin.write(`${command}\necho ${end}\n`);
    while (!out.includes(`${end}\n`)) await new Promise((resolve) => setTimeout(resolve, 20));
    return out.replace(`${end}\n`, '').trim();
  };
}

/** Numbers, ids and diagnoses differ from run to run. */
function still(text: string): string {
  return text
    .replace(/"id":"[^"]*"/g, '"id":"…"')
    .replace(/("diagnosis":)\{.*?\}(?=\}$)/g, '$1{…}')
    .replace(/"posterior":[\d.]+/, '"posterior":0')
    .replace(/\d+/g, 'N');
}

test('every command of the guide does what it says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-leaving-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { url, phones } = await startAuthy();
  const port = await freePort();
  const bin = fileURLToPath(new URL('packages/cli/bin/driftlock.js', ROOT));
  symlinkSync(bin, join(folder, 'driftlock'));
  symlinkSync(
    fileURLToPath(new URL('../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
  );
  const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(GUIDE) ?? [];
  writeFileSync(join(folder, 'verify.cjs'), program);
  const run = openShell(folder, {
    PATH: `${folder}:${process.env.PATH}`,
    ...{ AUTHY_KEY: KEY, AUTHY_HOST: url, DRIFTLOCK_UPSTREAM: url, PORT: port },
  });

  /** What a reader puts in the place of the page's ids, codes and port. */
  const here = `http://127.0.0.1:${port}`;
  const asHere = (command: string): string => {
    const [, user = ''] = /verify\.cjs (\d+) /.exec(command) ?? [];
    // In one go: a code may hold what looks like an id.
    const typed = command.replace(/\d+/g, (number) => {
      if (number === '287082') return phones.get(user)?.code() ?? '';
      if (number === '000000') return wrongCode(phones.values());
      return phones.get(number)?.id ?? number;
    });
    return typed.replaceAll('http://127.0.0.1:8626', here);
  };
  const asShown = (printed: string): string =>
    IDS.reduce(
      (text, id) => text.replaceAll(`${phones.get(id)?.id},`, `${id},`),
      printed,
    ).replaceAll(here, 'http://127.0.0.1:8626');

  async function start(command: string): Promise<void> {
    await run('[ -z "$GATEWAY" ] || { kill $GATEWAY; wait $GATEWAY; }');
    await run(`${command} > gateway.log & GATEWAY=$!`);
    const log = () => readFileSync(join(folder, 'gateway.log'), 'utf8');
    while (!log().includes(` ${here}\n`)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  onTestFinished(() => run('[ -z "$GATEWAY" ] || kill $GATEWAY').then(() => {}));

  let enrolled = 0;
  async function enrol(command: string): Promise<void> {
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      DRIFTLOCK_KEY: await run('echo $DRIFTLOCK_KEY'),
    };
    const child: ChildProcess = spawn('bash', ['-c', `exec ${asHere(command)}`], {
      cwd: folder,
      env,
    });
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      const secret = /Type this key: (.*)\n[\s\S]*shows: $/.exec(out)?.[1];
      if (!secret) return;
      const key = importKey(secret);
      const id = phones.get('212')?.id ?? '';
      // The code that is typed here is used: the page's next one is the next.
      phones.set('212', { id, key, code: () => totp(key, { at: Date.now() + 30_000 }) });
      child.stdin?.write(`${totp(key, { at: Date.now() })}\n`);
    });
    const [status] = await once(child, 'close');
    expect(out).toMatch(/\nType the code it shows: enrolled, at /);
    expect(status).toBe(0);
    enrolled++;
  }

  let commands = 0;
  for (const { kind, steps } of BLOCKS) {
    for (const { command, printed } of steps) {
      commands++;
      if (kind === 'gateway' && command.startsWith('driftlock')) await start(command);
      else if (kind === 'enrol') await enrol(command);
      else expect(still(asShown(await run(asHere(command)))), command).toBe(still(printed));
    }
  }
  expect({ enrolled, many: commands > 15 }).toStrictEqual({ enrolled: 1, many: true });
});
