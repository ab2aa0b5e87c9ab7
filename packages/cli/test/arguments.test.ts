import { describe, expect, it } from 'vitest';
import { asksForHelp, readArguments } from '../src/arguments.js';

const OPTIONS = {
  at: { type: 'string', short: 'N' },
  code: { type: 'string' },
  file: { type: 'string' },
  json: { type: 'boolean' },
  base32: { type: 'boolean', short: 'b' },
} as const;

describe('a command line', () => {
  it('is read with long and short names, values apart and attached', () => {
    expect(
      readArguments(['-bN', '59', '--code=12', '--json', '--file', '-'], OPTIONS),
    ).toStrictEqual({ base32: true, at: '59', code: '12', json: true, file: '-' });
  });

  it.each(['-90s', '-h', '--help', '--json', '--', '-'])(
    'has %j for a value where a value is due',
    (value) => {
      expect(readArguments(['--at', value], OPTIONS)).toStrictEqual({ at: value });
      expect(readArguments(['-N', value], OPTIONS)).toStrictEqual({ at: value });
    },
  );

  it('may have an empty value', () => {
    expect(readArguments(['--code', ''], OPTIONS)).toStrictEqual({ code: '' });
  });

  it.each([
    [['--code'], '--code needs a value'],
    [['-N'], '-N needs a value'],
    [['--code', '--json', '--help=1'], 'unknown option'],
    [['--json=1'], '--json takes no value'],
    [['--json', '--json'], '--json is given twice'],
    [['--code', '1', '--code', '2'], '--code is given twice'],
    [['--colour'], 'unknown option'],
    [['-x'], 'unknown option'],
    [['--constructor'], 'unknown option'],
    [['--JBSWYDPEHPKPX'], 'unknown option'],
    [['--287082'], 'unknown option'],
    [['GEZDGNBVGY3TQOJQ'], 'only options are taken; a secret is read with --secret-file'],
    [['--', '--json'], 'only options are taken; a secret is read with --secret-file'],
    [['--secret', 'GEZD'], 'a secret is not given on the command line; use --secret-file'],
    [['--key=GEZD'], 'a secret is not given on the command line; use --secret-file'],
  ])('of %j is refused', (args, message) => {
    expect(() => readArguments(args, OPTIONS)).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', message }),
    );
  });
});

describe('help', () => {
  it.each(
    [
      ['-h'],
      ['--help'],
      ['--json', '-h'],
      ['-bh'],
      ['--at', '-h', '--help'],
      ['--help', '--colour'],
    ].map((args) => [args]),
  )('is asked for by %j', (args) => {
    expect(asksForHelp(args, OPTIONS)).toBe(true);
  });

  it.each(
    [
      [],
      ['--code', '-h'],
      ['--code', '--help'],
      ['--code=-h'],
      ['-N', '-h'],
      ['-Nh'],
      ['--', '-h'],
      ['--help=1'],
      ['--colour', '-h'],
      ['287082', '-h'],
    ].map((args) => [args]),
  )('is not asked for by %j', (args) => {
    expect(asksForHelp(args, OPTIONS)).toBe(false);
  });
});
