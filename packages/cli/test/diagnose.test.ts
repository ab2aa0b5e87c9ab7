import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

const CODE = ['diagnose', '--secret-file', '-'];
const ONE = ['--code', '287082'];

describe('driftlock diagnose', () => {
  it.each([
    ['right', [...ONE, '--at', '59'], 0, 'this is the right code\nprobability: more than 99.9%\n'],
    [
      'used',
      [...ONE, '--at', '59', '--after', '1'],
      3,
      'this code was used before\nprobability: more than 99.9%\nnext: ask for the next code\n',
    ],
    [
      'old',
      ['--code', '081804', '--at', '1111111189'],
      1,
      'this is probably an old code, typed too late\nprobability: 83.3%\nnext: ask for the next code\n',
    ],
    [
      'far behind',
      [...ONE, '--at', '19859'],
      4,
      'the phone is about 5 h 30 min slow (19769 to 19829 seconds)\n' +
        'as if a time zone were set wrong: 5 h 30 min behind\nprobability: 99.6%\n' +
        'next: set the clock right, or let the network set it\n',
    ],
    [
      'of nothing',
      [...ONE, '--at', '5000000'],
      1,
      'this is not a code of this secret\nprobability: 99.2%\nnext: type the code again\n',
    ],
    [
      'no code',
      [...ONE, '-d', '8', '--at', '5000000'],
      1,
      'a code is 8 digits and nothing else\nnext: type the code again\n',
    ],
  ])('explains a code that is %s', async (_, args, status, out) => {
    await expect(inProcess([...CODE, ...args])).resolves.toStrictEqual({ status, out, err: '' });
  });

  it.each(['-h', '--help'])('has %j for a code that is none', async (code) => {
    const out = 'a code is 6 digits and nothing else\nnext: type the code again\n';
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
      out: 'the phone is about 5 h 30 min slow (19769 to 19829 seconds)',
      err: '',
    });
  });
});
