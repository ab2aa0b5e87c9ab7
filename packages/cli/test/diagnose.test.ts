import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

const CODE = ['diagnose', '--secret-file', '-'];
const ONE = ['--code', '287082'];

describe('driftlock diagnose', () => {
  it.each([
    [
      'right',
      [...ONE, '--at', '59'],
      0,
      'This is the right code.\nAgainst this machine, the phone is between 29 seconds slow and 31 seconds fast.\nProbability: more than 99.9%, from 1 code.\n',
    ],
    [
      'used',
      [...ONE, '--at', '59', '--after', '1'],
      3,
      'This code was used before.\nProbability: more than 99.9%, from 1 code.\nNext: ask for the next code.\n',
    ],
    [
      'old',
      ['--code', '081804', '--at', '1111111189'],
      1,
      'This is probably an old code, typed too late.\nProbability: 74.2%, from 1 code.\nNext: ask for the next code.\n',
    ],
    [
      'far behind',
      [...ONE, '--at', '19859'],
      4,
      'The phone’s clock is about 5 hours and 30 minutes slow.\n' +
        'Against this machine, the phone is 19,769–19,829 seconds slow.\n' +
        'It looks as if it was set by hand to another time zone.\nProbability: 99.3%, from 1 code.\n' +
        'Next: have the phone’s date and time set to automatic.\n',
    ],
    [
      'of nothing',
      [...ONE, '--at', '5000000'],
      1,
      'This is not a code of this secret.\nProbability: 99.2%.\nNext: have the code typed again.\n',
    ],
    [
      'no code',
      [...ONE, '-d', '8', '--at', '5000000'],
      1,
      'This is not a code: it has other characters, or too few or too many digits.\nNext: have the code typed again.\n',
    ],
  ])('explains a code that is %s', async (_, args, status, out) => {
    await expect(inProcess([...CODE, ...args])).resolves.toStrictEqual({ status, out, err: '' });
  });

  it.each(['-h', '--help'])('has %j for a code that is none', async (code) => {
    const out =
      'This is not a code: it has other characters, or too few or too many digits.\nNext: have the code typed again.\n';
    const ran = await inProcess([...CODE, '--code', code]);
    expect(ran).toStrictEqual({ status: 1, out, err: '' });
  });

  it('prints one JSON object of the library’s shape', async () => {
    const { status, out } = await inProcess([...CODE, ...ONE, '--at', '59', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toStrictEqual({
      verdict: 'ok',
      certainty: 'certain',
      step: 1,
      offset: { min: -29, max: 31 },
      posterior: expect.closeTo(1, 4),
      evidence: 1,
      next: 'retry',
    });
  });

  it('as a process, ends with 4 where a clock is why', async () => {
    const ran = await driftlock([...CODE, ...ONE, '--at', '19859']);
    expect({ ...ran, out: ran.out.split('\n')[0] }).toStrictEqual({
      status: 4,
      out: 'The phone’s clock is about 5 hours and 30 minutes slow.',
      err: '',
    });
  });
});
