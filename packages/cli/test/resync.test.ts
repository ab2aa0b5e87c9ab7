import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

// The codes of steps 1, 2 and 3 of RFC 6238's secret: `oathtool -b --totp -N @30 -w 2` says the same.
const RESYNC = ['resync', '--secret-file', '-'];
const PAIR = ['--codes', '287082,359152'];

describe('driftlock resync', () => {
  it.each([
    [
      'a phone four minutes slow',
      [...PAIR, '--at', '329'],
      0,
      'synchronized: the phone is 209 to 269 seconds slow\n' +
        'accept no code of step 2 or before it from now on: --after 2\n' +
        'two random codes would do as well once in 350,000,000 times\n',
    ],
    [
      'a phone that is right',
      [...PAIR, '--at', '30,60'],
      0,
      'synchronized: the phone is 0 to 60 seconds fast\n' +
        'accept no code of step 2 or before it from now on: --after 2\n' +
        'two random codes would do as well once in 350,000,000 times\n',
    ],
    [
      'two codes read to someone at once',
      [...PAIR, '--at', '329,329'],
      0,
      'synchronized: the phone is 239 to 269 seconds slow\n' +
        'accept no code of step 2 or before it from now on: --after 2\n' +
        'two random codes would do as well once in 350,000,000 times\n',
    ],
    [
      'codes that were used',
      [...PAIR, '--at', '329', '--after', '1'],
      3,
      'not synchronized: one of the codes was used before\n',
    ],
    [
      'codes the other way round',
      ['--codes', '359152,287082', '--at', '329'],
      1,
      'not synchronized: within a day, these are not two codes in a row of this secret\n',
    ],
    [
      'the same code twice',
      ['--codes', '287082,287082', '--at', '329'],
      1,
      'not synchronized: the codes are the same; two that follow each other are needed\n',
    ],
    [
      'codes typed too far apart',
      [...PAIR, '--at', '209,329'],
      1,
      'not synchronized: the second code comes after the first, within 3 periods\n',
    ],
    [
      'what is no code',
      ['--codes', '287082,-h', '--at', '329'],
      1,
      'not synchronized: a code has other characters, or too few or too many digits\n',
    ],
  ])('answers for %s', async (_, args, status, out) => {
    await expect(inProcess([...RESYNC, ...args])).resolves.toStrictEqual({ status, out, err: '' });
  });

  it('takes now for the second code, and a period before for the first', async () => {
    const { out } = await inProcess([...RESYNC, ...PAIR, '--json'], { now: () => 329_000 });
    expect(JSON.parse(out)).toStrictEqual({
      synchronized: true,
      step: 2,
      offset: { min: -269, max: -209 },
      falsePositive: 2890e-12,
    });
    const both = await inProcess([...RESYNC, ...PAIR, '--json', '--at', '-30s,now'], {
      now: () => 329_000,
    });
    expect(both.out).toBe(out);
  });

  it.each([
    [[], '--codes is missing'],
    [['--codes', '287082'], '--codes takes two, with a comma between them'],
    [['--codes', '287082,359152,969429'], '--codes takes two, with a comma between them'],
    [[...PAIR, '--at', '1,2,3'], '--at takes two, with a comma between them'],
    [[...PAIR, '--at', '1,'], '--at takes Unix seconds, an RFC 3339 date, or -90s'],
    [[...PAIR, '--after', '-1'], '--after takes a whole number from 0'],
    [[...PAIR, '--code', '287082'], 'unknown option'],
  ])('refuses %j', async (args, why) => {
    const err = `driftlock resync: ${why}\nTry 'driftlock resync --help'.\n`;
    const ran = await inProcess([...RESYNC, ...args]);
    expect(ran).toStrictEqual({ status: 2, out: '', err });
  });

  it('as a process, ends with its exit code', async () => {
    const ran = await driftlock([...RESYNC, ...PAIR, '--at', '329', '--after', '2', '--json']);
    expect(ran).toStrictEqual({
      status: 3,
      out: '{"synchronized":false,"reason":"replayed"}\n',
      err: '',
    });
  });
});
