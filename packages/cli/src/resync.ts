/** `driftlock resync`: an authenticator's offset from two consecutive codes (RFC 6238 section 6). */
import { type CodeAt, type Resynchronization, resynchronize } from '@driftlock/totp-core';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { EXIT } from './exit.js';
import { readInstant } from './instant.js';
import { KEY_HELP, KEY_OPTIONS, readCount, withKey } from './key-options.js';
import { sayOffset } from './sentences.js';
import type { Verb } from './verb.js';

const HELP = `driftlock resync - learn how wrong a phone's clock is from two codes

Usage
  driftlock resync --secret-file F --codes A,B [options]

Options
  --codes A,B        two codes shown one after the other, as typed
${KEY_HELP}
  --after STEP       the last step used: both codes must be newer
  --json             print one object: the library's answer

--at is when the second code was received, and the first is taken to have come a
period before it; --at T1,T2 says both, at most 3 periods apart. A day each way
is searched. Nothing is remembered: neither code may be accepted again.

Exit status
  0 synchronized   1 not   2 the command line, the file or the secret is wrong
  3 a code was used before

Examples
  driftlock resync --secret-file phone.secret --codes 123456,234567
  driftlock resync --secret-file F --codes 123456,234567 --at -45s,now
`;

const OPTIONS = {
  ...KEY_OPTIONS,
  codes: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const resync: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const given = readArguments(args, OPTIONS);
    if (given.codes === undefined) misused('--codes is missing');
    const [one, two] = readTwo('--codes', given.codes);
    const times = readInstants(given.at, world.now());
    const options = given.after === undefined ? {} : { after: readCount('--after', given.after) };
    return withKey(given, world, (key) => {
      const { second, first = second - key.params.period * 1000 } = times;
      const codes: [CodeAt, CodeAt] = [
        { code: one, at: first },
        { code: two, at: second },
      ];
      const result = resynchronize(key, codes, options);
      world.out(`${given.json ? JSON.stringify(result) : say(result)}\n`);
      if (result.synchronized) return EXIT.valid;
      return result.reason === 'replayed' ? EXIT.replayed : EXIT.notValid;
    });
  },
};

type Reason = Extract<Resynchronization, { synchronized: false }>['reason'];

const REASONS: Record<Reason, string> = {
  malformed: 'a code has other characters, or too few or too many digits',
  'same-code': 'the codes are the same; two that follow each other are needed',
  'too-far-apart': 'the second code comes after the first, within 3 periods',
  mismatch: 'within a day, these are not two codes in a row of this secret',
  replayed: 'one of the codes was used before',
};

function say(result: Resynchronization): string {
  if (!result.synchronized) return `not synchronized: ${REASONS[result.reason]}`;
  const { step, offset, falsePositive } = result;
  const pairs = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
  return `synchronized: the phone is ${sayOffset(offset)}
accept no code of step ${step} or before it from now on: --after ${step}
two random codes would do as well once in ${pairs.format(1 / falsePositive)} times`;
}

function readInstants(text: string | undefined, now: number): { first?: number; second: number } {
  if (!text?.includes(',')) return { second: readInstant(text, now) };
  const [first, second] = readTwo('--at', text);
  return { first: readInstant(first, now), second: readInstant(second, now) };
}

function readTwo(name: string, text: string): [string, string] {
  const [one, two, ...rest] = text.split(',');
  if (one === undefined || two === undefined || rest.length > 0) {
    misused(`${name} takes two, with a comma between them`);
  }
  return [one, two];
}
