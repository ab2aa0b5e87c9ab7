import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, totp } from '@driftlock/totp-core';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../src/main.js';
import { inProcess } from './in-process.js';
import { KEYS, startTarget } from './migrate/authy.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-enrol-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Somebody who scans what is drawn: types each of these, `right` being what the phone shows. */
async function enrol(typed: string[], env: Record<string, string>, args: string[]) {
  let [out, err] = ['', ''];
  let shown = '';
  const right = () => {
    const key = /Type this key: ([A-Z2-7 ]+)\n/.exec(out)?.[1] ?? '';
    shown = totp(importKey(key), { at: Date.now() });
    return shown;
  };
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (const line of typed) {
      yield new TextEncoder().encode(
        `${line === 'right' ? right().replace(/^.../, '$& ') : line}\n`,
      );
    }
  }
  const world = {
    stdin: stdin(),
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    ...{ env, now: Date.now, colors: false, terminal: false },
  };
  const status = await main(['enrol', '--account', 'ann', '--issuer', 'Acme', ...args], world);
  return { status, out, err, secret: /Type this key: ([A-Z2-7 ]+)\n/.exec(out)?.[1] ?? '', shown };
}

async function gateway() {
  const target = await startTarget();
  onTestFinished(() => target.close());
  const env = { DRIFTLOCK_KEY: KEYS.operator };
  return { target, env, args: ['--gateway', target.url] };
}

describe('driftlock enrol', () => {
  test('makes the account once a code of the new secret was typed, and uses that code up', async () => {
    const { target, env, args } = await gateway();
    const { status, out, shown } = await enrol(['000000', 'right'], env, args);
    expect(status).toBe(0);
    expect(out.split('Type the code it shows: ').at(-1)).toBe(`enrolled, at ${target.url}\n`);
    expect([...target.made]).toStrictEqual([['ann', 1]]);
    const answer = await fetch(`${target.url}/v1/accounts/ann/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${KEYS.operator}` },
      body: JSON.stringify({ code: shown }),
    });
    expect(await answer.json()).toMatchObject({ accepted: false, reason: 'replayed' });
  });

  test('goes into the data of a gateway', async () => {
    const data = join(folder, 'driftlock.db');
    expect((await enrol(['right'], {}, ['--data', data])).out).toMatch(
      /enrolled, at .*driftlock.db\n$/,
    );
    const again = await enrol(['right'], {}, ['--data', data]);
    expect([again.status, again.out.split('\n').at(-2)]).toStrictEqual([
      1,
      'Type the code it shows: not enrolled: the account was there before',
    ]);
  });

  test.each<[string, string[]]>([
    ['three wrong codes', ['000000', 'abc', '111111', 'right']],
    ['nothing', []],
  ])('%s enrol nobody', async (_, typed) => {
    const { target, env, args } = await gateway();
    const { status, out } = await enrol(typed, env, args);
    expect(status).toBe(1);
    expect(out).toMatch(/not enrolled: no right code was typed\n$/);
    expect(target.made.size).toBe(0);
  });

  test('each secret is another', async () => {
    const { env, args } = await gateway();
    const [one, two] = [await enrol([], env, args), await enrol([], env, args)];
    expect(one.secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    expect(one.secret).not.toBe(two.secret);
  });

  test.each([
    [['enrol', '--issuer', 'I', '--data', 'x'], /--account is missing/],
    [['enrol', '--account', 'a', '--data', 'x'], /--issuer is missing/],
    [['enrol', '--account', 'a', '--issuer', 'I'], /give --gateway or --data/],
    [['enrol', '--account', 'a:b', '--issuer', 'I', '--data', 'x'], /colon/],
  ])('%j is refused before anything is drawn', async (args, said) => {
    const { status, err, out } = await inProcess(args);
    expect([status, out]).toStrictEqual([2, '']);
    expect(err).toMatch(said);
  });
});
