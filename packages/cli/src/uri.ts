/** `driftlock uri`: the otpauth URI of a secret, as text or as a picture to scan. */
import { formatUri, parseUri } from '@driftlock/totp-core';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { drawQr } from './enrolment/qr.js';
import { EXIT } from './exit.js';
import { KEY_HELP, KEY_OPTIONS, readParams } from './key-options.js';
import { readSecretFile } from './secret-file.js';
import type { Verb } from './verb.js';

const HELP = `driftlock uri - print the otpauth URI of a secret, or draw it to be scanned

Usage
  driftlock uri --secret-file F --account A [options]

Options
  --account A        whose it is, as the phone will show it
  --issuer I         who issued it
  --qr               draw it, in place of the text
${KEY_HELP}

What is printed holds the secret: mind who looks on, and where it is kept. The
format has no place for another epoch than 0.

Exit status
  0 printed   2 the command line, the file or the secret is wrong

Examples
  driftlock uri --secret-file phone.secret --issuer Acme --account ann
  driftlock uri --secret-file phone.secret --account ann --qr
`;

const OPTIONS = {
  ...KEY_OPTIONS,
  account: { type: 'string' },
  issuer: { type: 'string' },
  qr: { type: 'boolean' },
} as const;

export const uri: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const given = readArguments(args, OPTIONS);
    const { 'secret-file': path, account, issuer, qr } = given;
    if (path === undefined) misused('--secret-file is missing');
    if (!account) misused('--account is missing');
    if (given.at !== undefined) misused('--at: a URI is of no instant');
    const text = await readSecretFile(path, world);
    const known = /^otpauth:/i.test(text) ? parseUri(text) : { secret: text, params: {} };
    const params = { ...known.params, ...readParams(given) };
    const by = issuer ?? ('issuer' in known ? known.issuer : undefined);
    const made = formatUri({
      account,
      secret: known.secret,
      params,
      ...(by ? { issuer: by } : {}),
    });
    world.out(qr ? drawQr(made, world) : `${made}\n`);
    return EXIT.valid;
  },
};
