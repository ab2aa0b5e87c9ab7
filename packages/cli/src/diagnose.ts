/** `driftlock diagnose`: why a code failed, up to a day away; it never accepts one. */
import { diagnose as diagnoseCode } from '@driftlock/totp-core';
import { tellOperator } from '@driftlock/totp-core/messages';
import { en } from '@driftlock/totp-core/messages/en';
import { readArguments } from './arguments.js';
import { CODE_OPTIONS, KEY_HELP, readTyped, withKey } from './key-options.js';
import { exitOf } from './sentences.js';
import type { Verb } from './verb.js';

const HELP = `driftlock diagnose - say why a code failed, searching a day each way

Usage
  driftlock diagnose --secret-file F --code C [options]

Options
  --code C           the code, as typed
${KEY_HELP}
  --after STEP       the last step used, if one is known
  --json             print one object: the diagnosis

A day each way is searched, and the usual other parameters. One code may be a
chance hit: the probability says how good the answer is.

Exit status
  0 the code is right   1 it is not   2 the command line, the file or the secret
  is wrong   3 it was used before   4 a clock is most probably why

Examples
  driftlock diagnose --secret-file phone.secret --code 123456
  driftlock diagnose --secret-file phone.secret --code 123456 --at -2h
`;

export const diagnose: Verb = {
  help: HELP,
  options: CODE_OPTIONS,
  async run(args, world) {
    const given = readArguments(args, CODE_OPTIONS);
    const { code, ...known } = readTyped(given, world);
    return withKey(given, world, (key) => {
      const diagnosis = diagnoseCode(key, code, known);
      const said = tellOperator(diagnosis, en).join('\n');
      world.out(`${given.json ? JSON.stringify(diagnosis) : said}\n`);
      return exitOf(diagnosis);
    });
  },
};
