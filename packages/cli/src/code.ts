/** `driftlock code`: what an authenticator shows (RFC 6238 section 4). */
import { hotp, timeStep } from '@driftlock/totp-core';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { EXIT } from './exit.js';
import { readInstant } from './instant.js';
import { KEY_HELP, KEY_OPTIONS, readCount, withKey } from './key-options.js';
import type { Verb } from './verb.js';

const MOST = 6000;

const HELP = `driftlock code - print the code of an instant

Usage
  driftlock code --secret-file F [options]

Options
${KEY_HELP}
  -w, --window N     N more codes, of the steps that follow (at most ${MOST})

Exit status
  0 printed   2 the command line, the file or the secret is wrong

Examples
  driftlock code --secret-file phone.secret
  driftlock code --secret-file - --digits 7 --period 10s < phone.secret
`;

const OPTIONS = { ...KEY_OPTIONS, window: { type: 'string', short: 'w' } } as const;

export const code: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const given = readArguments(args, OPTIONS);
    const at = readInstant(given.at, world.now());
    const more = given.window === undefined ? 0 : readCount('--window', given.window);
    if (more > MOST) misused(`--window takes at most ${MOST}`);
    const codes = await withKey(given, world, (key) => {
      const step = timeStep(key, at);
      return Array.from({ length: more + 1 }, (_, i) => hotp(key, step + i));
    });
    world.out(`${codes.join('\n')}\n`);
    return EXIT.valid;
  },
};
