import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../src/verbs.js';
import { inProcess } from './in-process.js';
import { BIN, driftlock, SECRET } from './terminal.js';

describe('driftlock', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    const printed = { status: 0, out: `${version}\n`, err: '' };
    await expect(driftlock(['--version'])).resolves.toStrictEqual(printed);
    await expect(inProcess(['-V'])).resolves.toStrictEqual(printed);
  });

  it('has a help page that names every verb, and each verb one, within 80 columns', async () => {
    const { status, out, err } = await inProcess(['--help']);
    expect([status, err]).toStrictEqual([0, '']);
    const pages = [out];
    for (const verb of Object.keys(VERBS)) {
      expect(out).toMatch(new RegExp(`^  ${verb} `, 'm'));
      const page = await inProcess([verb, '--help']);
      expect([page.status, page.err]).toStrictEqual([0, '']);
      expect(page.out).toMatch(new RegExp(`^driftlock ${verb} - [^]*\nUsage\n[^]*\nExit status\n`));
      await expect(inProcess([verb, '-h'])).resolves.toStrictEqual(page);
      pages.push(page.out);
    }
    const lines = pages.flatMap((page) => page.split('\n'));
    expect(lines.filter((line) => line.length > 80)).toStrictEqual([]);
  });

  it('without a verb is a usage error that helps', async () => {
    const { out: help } = await inProcess(['--help']);
    await expect(driftlock([])).resolves.toStrictEqual({ status: 2, out: '', err: help });
  });

  it.each(['gen', 'enroll', '__proto__', 'constructor', '287082'])(
    'has no verb %s',
    async (verb) => {
      const err = "driftlock: there is no such verb\nTry 'driftlock --help'.\n";
      await expect(inProcess([verb])).resolves.toStrictEqual({ status: 2, out: '', err });
    },
  );

  it('ends quietly where nobody reads on', async () => {
    const { PATH } = process.env;
    const child = spawn(process.execPath, [BIN, 'code', '--secret-file', '-', '-w', '6000'], {
      env: { PATH },
    });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.destroy();
    child.stdin.end(SECRET);
    const [status] = await once(child, 'close');
    expect([status, err]).toStrictEqual([0, '']);
  });

  it('says no more of a failure that is not its own than its name', async () => {
    const ran = await inProcess(['code', '--secret-file', '-'], {
      out: () => {
        throw Object.assign(new Error(SECRET), { code: 'EIO' });
      },
    });
    const err = 'driftlock code: something went wrong that should not have: Error EIO\n';
    expect(ran).toStrictEqual({ status: 1, out: '', err });
  });
});

describe('a command line that is wrong', () => {
  const secret = ['--secret-file', '-'];
  const code = ['--code', '287082'];
  it.each([
    ['code', []],
    ['code', ['--secret-file', `/no/such/${SECRET}`]],
    ['code', [SECRET]],
    ['code', ['--secret', SECRET]],
    ['code', [`--${SECRET}`]],
    ['code', [`--${SECRET.slice(0, 13)}`]],
    ['code', [...secret, ...code]],
    ['code', [...secret, '--at', 'NaN']],
    ['code', [...secret, '--at', '-20y']],
    ['code', [...secret, '--at', '8640000000001']],
    ['code', [...secret, '--at', '1969-12-31T23:59:59Z']],
    ['code', [...secret, '--at', '0', '--epoch', '1']],
    ['code', [...secret, '--period', '0']],
    ['code', [...secret, '--digits', '10']],
    ['code', [...secret, '--algorithm', 'MD5']],
    ['code', [...secret, '--window', '-1']],
    ['verify', secret],
    ['verify', code],
    ['verify', [...secret, '--code']],
    ['verify', [...secret, ...code, '--after', '-h']],
    ['verify', [...secret, ...code, '-w', '--help']],
    ['verify', ['--secret-file', '-h', ...code]],
    ['verify', [...secret, '--cod', '-h']],
    ['verify', [...secret, ...code, '--window', '1,2,3']],
    ['verify', [...secret, ...code, '--window', '1,']],
    ['verify', [...secret, ...code, '--window', '6000,1']],
    ['verify', [...secret, ...code, '--after', '-1']],
    ['verify', [...secret, ...code, '--after', 'NaN']],
    ['verify', [...secret, ...code, '--json=yes']],
    ['diagnose', secret],
    ['diagnose', [...secret, ...code, '--window', '1']],
    ['diagnose', [...secret, ...code, '287082']],
    ['gateway', ['--port', '65536']],
    ['gateway', ['--port', '-1']],
    ['gateway', ['--port', '-h']],
    ['gateway', ['--host', '-h', '--port', '0']],
    ['gateway', ['--host', 'fe80::1', '--port', '0']],
    ['gateway', ['--host', '2001:db8::1', '--port', '0']],
    ['gateway', ['--host', '224.0.0.1', '--port', '0']],
    ['gateway', ['--host', 'x'.repeat(300), '--port', '0']],
    ['gateway', ['--host', 'хост', '--port', '0']],
    ['gateway', ['--port', 'http']],
    ['gateway', ['--host', 'no-such-host.invalid', '--port', '0']],
    ['tour', ['--fast']],
  ])('%s %j is one line, a way to help, and exit 2', async (verb, args) => {
    const ran = await inProcess([verb, ...args], { input: SECRET });
    expect(ran).toStrictEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(
        new RegExp(`^driftlock ${verb}: [^\n]+\nTry 'driftlock ${verb} --help'\\.\n$`),
      ),
    });
    expect(ran.err).not.toContain(SECRET.slice(0, 13));
    expect(ran.err).not.toContain('287082');
  });

  it.each([
    ['an empty secret', '\n'],
    ['one that is not Base32', 'GEZDGNBVGY3TQOJ1'],
    ['hex', '3132333435363738393031323334353637383930'],
    ['two lines', `${SECRET}\n${SECRET}\n`],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00])],
    ['an otpauth URI cut short', `otpauth://totp/Acme:ann?issuer=${SECRET}`],
    ['a hotp URI', `otpauth://hotp/ann?secret=${SECRET}`],
  ])('refuses %s without showing it', async (_, input) => {
    const ran = await inProcess(['code', '--secret-file', '-'], { input });
    expect(ran).toStrictEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(/^driftlock code: --secret-file: [^\n]+\nTry '[^\n]+\n$/),
    });
    expect(ran.err).not.toMatch(/GEZD|3132/);
  });

  it('is refused as a process too, with no stack', async () => {
    const err = "driftlock code: --secret-file is missing\nTry 'driftlock code --help'.\n";
    await expect(driftlock(['code'])).resolves.toStrictEqual({ status: 2, out: '', err });
  });
});
