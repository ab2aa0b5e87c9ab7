import { describe, expect, it } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

// The code of step 1 of RFC 6238's secret, from 30 to 60 seconds.
const CODE = ['verify', '--secret-file', '-', '--code', '287082'];

describe('driftlock verify', () => {
  it.each([
    ['at its time', ['--at', '59'], 0, 'valid: the code of this step\n'],
    ['a step late', ['--at', '89'], 0, 'valid: the code of 1 step ago\n'],
    ['a step early', ['--at', '29'], 0, 'valid: the code of 1 step ahead\n'],
    ['with a wide window', ['--at', '119', '-w', '2'], 0, 'valid: the code of 2 steps ago\n'],
    [
      'outside a narrow window',
      ['--at', '89', '--window', '0,1'],
      1,
      'not valid: The code is right, but outside the window.\n',
    ],
    ['used before', ['--at', '59', '--after', '1'], 3, 'not valid: This code was used before.\n'],
    [
      'used before and outside the window',
      ['--at', '299', '--after', '1'],
      3,
      'not valid: This code was used before.\n',
    ],
    ['not used yet', ['--at', '59', '--after', '0'], 0, 'valid: the code of this step\n'],
    [
      'four minutes late',
      ['--at', '299'],
      4,
      'not valid: The phone’s clock is probably about 4 minutes slow.\n',
    ],
    [
      'of another digit count',
      ['--at', '59', '-d', '8'],
      1,
      'not valid: This code is right under another algorithm, digit count or period.\n',
    ],
    ['of no secret', ['--at', '5000000'], 1, 'not valid: This is not a code of this secret.\n'],
  ])('says what a code is: %s', async (_, args, status, out) => {
    await expect(inProcess([...CODE, ...args])).resolves.toStrictEqual({ status, out, err: '' });
  });

  it.each(['', ' ', '28708', '2870821', '28708O', '２８７０８２', 'null', '-1', '287 082'])(
    'answers whatever somebody typed for a code: %j',
    async (code) => {
      const args = ['verify', '--secret-file', '-', '--at', '59', `--code=${code}`];
      const ran = await inProcess(args);
      expect(ran).toStrictEqual({
        status: 1,
        out: 'not valid: This is not a code: it has other characters, or too few or too many digits.\n',
        err: '',
      });
    },
  );

  it.each(['-h', '--help', '-hN', '--json', '--', '-'])(
    'answers no to %j where the code is due, and is not led astray by it',
    async (code) => {
      const args = ['verify', '--secret-file', '-', '--at', '59', '--code', code];
      const ran = await inProcess(args);
      const out =
        'not valid: This is not a code: it has other characters, or too few or too many digits.\n';
      expect(ran).toStrictEqual({ status: 1, out, err: '' });
    },
  );

  it('prints one JSON object of the library’s shapes', async () => {
    const valid = await inProcess([...CODE, '--at', '59', '--json']);
    expect(valid).toStrictEqual({
      status: 0,
      out: '{"valid":true,"step":1,"delta":0}\n',
      err: '',
    });
    const replayed = await inProcess([...CODE, '--at', '59', '--after', '1', '--json']);
    expect(replayed.out).toBe('{"valid":false,"reason":"replayed"}\n');
    const slow = await inProcess([...CODE, '--at', '299', '--json']);
    expect(slow.status).toBe(4);
    expect(JSON.parse(slow.out)).toStrictEqual({
      valid: false,
      reason: 'mismatch',
      diagnosis: {
        verdict: 'device-slow',
        certainty: 'suspected',
        step: 1,
        offset: { min: -269, max: -209 },
        posterior: expect.closeTo(0.856, 3),
        evidence: 1,
        next: 'askNextCode',
      },
    });
  });

  it.each([
    [['--at', '59'], 0, 'valid: the code of this step\n'],
    [['--at', '59', '--after', '1'], 3, 'not valid: This code was used before.\n'],
    [['--at', '5000000'], 1, 'not valid: This is not a code of this secret.\n'],
    [['--at', '299'], 4, 'not valid: The phone’s clock is probably about 4 minutes slow.\n'],
  ])('as a process, %j ends with its exit code', async (args, status, out) => {
    await expect(driftlock([...CODE, ...args])).resolves.toStrictEqual({ status, out, err: '' });
  });
});
