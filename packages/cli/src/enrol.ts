/** `driftlock enrol`: a new secret, drawn to be scanned, kept once a code of it was typed. */
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { diagnose, formatUri, generateSecret, importKey, verify } from '@driftlock/totp-core';
import { tellPerson } from '@driftlock/totp-core/messages';
import { en } from '@driftlock/totp-core/messages/en';
import { readArguments } from './arguments.js';
import { CliError, misused } from './cli-error.js';
import {
  DESTINATION_HELP,
  DESTINATION_OPTIONS,
  type Destination,
  type NewAccount,
  openDestination,
} from './enrolment/destination.js';
import { drawQr } from './enrolment/qr.js';
import { EXIT, type Exit } from './exit.js';
import type { Verb, World } from './verb.js';

const HELP = `driftlock enrol - enrol a person's authenticator, with a picture to scan

Usage
  driftlock enrol --account A --issuer I (--gateway URL | --data WHERE)

Options
  --account A        the account's id, and what the phone will show
  --issuer I         who issues it
  --authy-id N       the Authy id by which programs go on asking
${DESTINATION_HELP}

A secret is made and drawn. The account exists once a code of that secret was
typed, and that code is then used; three tries, and nothing is kept otherwise.
What is drawn holds the secret: mind who looks on.

Exit status
  0 enrolled   1 no right code was typed, or the account was there   2 the
  command line is wrong   75 the gateway does not answer

Examples
  driftlock enrol --account ann --issuer Acme --data driftlock.db
`;

const OPTIONS = {
  ...DESTINATION_OPTIONS,
  'authy-id': { type: 'string' },
  account: { type: 'string' },
  issuer: { type: 'string' },
} as const;
const TRIES = 3;

export const enrol: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const { account, issuer, 'authy-id': authyId, ...where } = readArguments(args, OPTIONS);
    if (!account) misused('--account is missing');
    if (!issuer) misused('--issuer is missing');
    if (authyId !== undefined && !/^[1-9]\d{0,14}$/.test(authyId))
      misused('--authy-id takes digits');
    const secret = generateSecret();
    const uri = formatUri({ issuer, account, secret });
    const destination = await openDestination(where, world);
    try {
      world.out(drawing({ uri, secret, issuer, account }, world));
      const code = await confirmed(secret, world);
      if (code === undefined) return failed(world, 'not enrolled: no right code was typed');
      const made = { id: account, secret, ...(authyId === undefined ? {} : { authyId }) };
      return await keep(made, { code, destination, world });
    } finally {
      await destination.close();
    }
  },
};

function drawing(
  { uri, secret, issuer, account }: Record<'uri' | 'secret' | 'issuer' | 'account', string>,
  world: World,
): string {
  const key = secret.match(/.{1,4}/g)?.join(' ') ?? secret;
  return `Scan this with an authenticator app:

${drawQr(uri, world)}
  No camera? Type this key: ${key}
  It will show as ${issuer}: ${account}

`;
}

/** The right code; `undefined` where none was typed. */
async function confirmed(secret: string, { stdin, out, now }: World): Promise<string | undefined> {
  const key = importKey(secret);
  const lines = createInterface({ input: Readable.from(stdin) })[Symbol.asyncIterator]();
  try {
    for (let tries = TRIES; tries > 0; tries--) {
      out('Type the code it shows: ');
      const { value, done } = await lines.next();
      if (done) {
        out('\n');
        return undefined;
      }
      const [code, at] = [String(value).replace(/[\s-]/g, ''), now()];
      if (verify(key, code, { at }).valid) return code;
      out(`  ${tellPerson(diagnose(key, code, { at }), en)}\n`);
    }
    return undefined;
  } finally {
    key.destroy();
  }
}

async function keep(
  made: NewAccount,
  { code, destination, world }: { code: string; destination: Destination; world: World },
): Promise<Exit> {
  const enrolled = await destination.enrol(made);
  const { outcome } = enrolled;
  if (outcome === 'exists' || outcome === 'had') {
    return failed(world, 'not enrolled: the account was there before');
  }
  if (outcome === 'refused') {
    return failed(world, 'not enrolled: the gateway takes no such account id');
  }
  const id = outcome === 'given' ? enrolled.id : made.id;
  // Whoever looked on has seen it typed.
  if (!(await destination.use({ id, code }))) {
    throw new CliError('ERR_SERVER', 'enrolled, but the code could not be used up: wait a minute');
  }
  world.out(`enrolled, at ${destination.place}\n`);
  return EXIT.valid;
}

function failed({ out }: World, why: string): Exit {
  out(`${why}\n`);
  return EXIT.notValid;
}
