/** `driftlock verify`: one code against one secret, and why not (RFC 6238 section 5.2). */
import { type Diagnosis, diagnose, verify as verifyCode, type Window } from '@driftlock/totp-core';
import { tellOperator } from '@driftlock/totp-core/messages';
import { en } from '@driftlock/totp-core/messages/en';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { EXIT } from './exit.js';
import { CODE_OPTIONS, KEY_HELP, readCount, readTyped, withKey } from './key-options.js';
import { exitOf, sayValid } from './sentences.js';
import type { Verb } from './verb.js';

const HELP = `driftlock verify - say whether a code is valid, and if not, why

Usage
  driftlock verify --secret-file F --code C [options]

Options
  --code C           the code, as typed
${KEY_HELP}
  -w, --window B,F   accept so many steps before and after the present one; N is
                     N,N (default: as many as 30 seconds hold)
  --after STEP       the last step used: a code of it or before it is replayed
  --json             print one object: the verdict, and of a no the diagnosis

Nothing is remembered: that a code is used only once is up to you and --after.

Exit status
  0 valid   1 not valid   2 the command line, the file or the secret is wrong
  3 replayed   4 not valid, and a clock is most probably why

Examples
  driftlock verify --secret-file phone.secret --code 123456
  driftlock verify --secret-file - --code 123456 --at -90s --json < phone.secret
`;

const OPTIONS = { ...CODE_OPTIONS, window: { type: 'string', short: 'w' } } as const;

export const verify: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const given = readArguments(args, OPTIONS);
    const { code, ...known } = readTyped(given, world);
    const window = given.window === undefined ? {} : { window: readWindow(given.window) };
    return withKey(given, world, (key) => {
      const verdict = verifyCode(key, code, { ...known, ...window });
      const why =
        verdict.valid || verdict.reason === 'replayed' ? undefined : diagnose(key, code, known);
      if (given.json) {
        world.out(`${JSON.stringify(why ? { ...verdict, diagnosis: why } : verdict)}\n`);
      } else if (verdict.valid) {
        world.out(`valid: ${sayValid(verdict.delta)}\n`);
      } else {
        world.out(`not valid: ${sayRefusal(why)}\n`);
      }
      if (verdict.valid) return EXIT.valid;
      if (!why) return EXIT.replayed;
      return why.verdict === 'ok' ? EXIT.notValid : exitOf(why);
    });
  },
};

function sayRefusal(why: Diagnosis | undefined): string {
  if (!why) return 'This code was used before.';
  if (why.verdict === 'ok') return 'The code is right, but outside the window.';
  return tellOperator(why, en)[0];
}

/** `1,2` or, as oathtool has it, one number for both sides. */
function readWindow(text: string): Window {
  const [backward = '', forward = backward, ...rest] = text.split(',');
  if (rest.length > 0) misused('--window takes two numbers of steps, as in 1,1');
  return {
    backward: readCount('--window', backward),
    forward: readCount('--window', forward),
  };
}
