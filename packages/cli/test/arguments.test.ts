import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/arguments.js';

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

  it('may have a value that begins with a minus and a digit', () => {
    expect(readArguments(['--at', '-90s'], OPTIONS)).toStrictEqual({ at: '-90s' });
  });

  it('may have an empty value', () => {
    expect(readArguments(['--code', ''], OPTIONS)).toStrictEqual({ code: '' });
  });

  it.each([
    [['--code'], '--code needs a value'],
    [['--code', '--json'], '--code needs a value'],
    [['--json=1'], '--json takes no value'],
    [['--json', '--json'], '--json is given twice'],
    [['--code', '1', '--code', '2'], '--code is given twice'],
    [['--colour'], 'there is no option --colour'],
    [['-x'], 'there is no option -x'],
    [['--constructor'], 'there is no option --constructor'],
    [['--gezdgnbvgy3tqojq'], 'there is no such option'],
    [['--287082'], 'there is no such option'],
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
