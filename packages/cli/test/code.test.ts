import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

describe('driftlock code', () => {
  it('prints the code of now, about', async () => {
    const ran = await driftlock(['code', '--secret-file', '-']);
    expect(ran).toStrictEqual({ status: 0, out: expect.stringMatching(/^\d{6}\n$/), err: '' });
  });

  it.each([
    [['--at', '59'], '287082\n'],
    [['--at', '59', '-d', '8'], '94287082\n'],
    [
      ['-b', '-d8', '-s', '30s', '-N', '1970-01-01 00:00:59 UTC', '-w', '1'],
      '94287082\n37359152\n',
    ],
    [['--at', '1970-01-01T00:00:59Z', '--epoch', '30'], '755224\n'],
    [['--at', '-1m'], '287082\n'],
  ])('prints RFC 4226 and 6238 codes for %j', async (args, out) => {
    const ran = await inProcess(['code', '--secret-file', '-', ...args], { now: () => 119_000 });
    expect(ran).toStrictEqual({ status: 0, out, err: '' });
  });

  it('refuses more codes than anybody reads', async () => {
    const ran = await inProcess(['code', '--secret-file', '-', '-w', '6001']);
    const err = "driftlock code: --window takes at most 6000\nTry 'driftlock code --help'.\n";
    expect(ran).toStrictEqual({ status: 2, out: '', err });
  });
});

const oathtool = spawnSync('oathtool', ['--version']).status === 0;
if (!oathtool && process.env.CI === 'true') {
  throw new Error('oathtool is missing: CI must compare with it');
}

describe.skipIf(!oathtool)(
  'driftlock code, as oathtool (skipped where it is not installed)',
  () => {
    it('prints the same as oathtool for 100 random cases', async () => {
      const random = mulberry32(20_261_123);
      const cases = Array.from({ length: 100 }, () => randomCase(random));
      for (let i = 0; i < cases.length; i += 4) {
        await Promise.all(
          cases.slice(i, i + 4).map(async ({ secret, algorithm, digits, period, at, more }) => {
            const shared = ['-b', '-d', digits, '-s', period, '-w', more];
            const theirs = execFileSync(
              'oathtool',
              [...shared, '-N', `@${at}`, `--totp=${algorithm}`, '-'],
              { input: secret, encoding: 'utf8' },
            );
            const ran = await driftlock(
              ['code', '--secret-file', '-', ...shared, '-N', at, '--algorithm', algorithm],
              secret,
            );
            expect({ ...ran, at }).toStrictEqual({ status: 0, out: theirs, err: '', at });
          }),
        );
      }
    });
  },
);

function randomCase(random: () => number) {
  const pick = <T>(...of: T[]): T => of[Math.floor(random() * of.length)] as T;
  // Whole groups of eight letters, so that no bits are left over at the end.
  const letters = Array.from({ length: 8 * (2 + Math.floor(random() * 11)) }, () =>
    pick(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
  );
  return {
    secret: letters.join(''),
    algorithm: pick('SHA1', 'SHA256', 'SHA512'),
    digits: pick('6', '7', '8'),
    period: pick('10s', '30s', '60s'),
    at: String(Math.floor(random() * 20_000_000_000)),
    more: pick('0', '1', '9'),
  };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
