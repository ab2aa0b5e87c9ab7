/** `driftlock import`: accounts of what another authenticator or server exported. */
import { createReadStream } from 'node:fs';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import {
  DESTINATION_HELP,
  DESTINATION_OPTIONS,
  type Destination,
  openDestination,
} from './enrolment/destination.js';
import { EXIT } from './exit.js';
import { readExport } from './import/exported.js';
import type { Found } from './import/found.js';
import { type Ids, idsOf } from './import/ids.js';
import { type Imported, sayImported } from './import/said.js';
import { readSecretFile } from './secret-file.js';
import type { Verb, World } from './verb.js';

const HELP = `driftlock import - make accounts of what something else exported

Usage
  driftlock import --file F (--gateway URL | --data WHERE | --dry-run) [options]

Options
  --file F           the export; - reads standard input. What it is, is told by
                     what is in it:
                       otpauth:// URIs, a line each
                       otpauth-migration:// URIs of Google Authenticator
                       Aegis, a vault exported as JSON, closed or not
                       2FAS, a backup, closed or not
                       PSKC (RFC 6030), in the clear, under a pre-shared key or
                       under a passphrase
  --password-file F  what opens it: a password, a passphrase, or PSKC's
                     pre-shared key in hex; - reads standard input
${DESTINATION_HELP}
  --ids HOW          how accounts are called: name (default), or issuer.name
                     where two services have people of the same name
  --dry-run          says what would be made, and makes nothing

No secret is printed. An account that is there already stays as it is, so the
same import can be run again.

Exit status
  0 all are there   1 some can't be, or were there before   2 the command line,
  the file or the password is wrong   75 the gateway does not answer

Examples
  driftlock import --file aegis.json --password-file vault.password --dry-run
  driftlock import --file tokens.pskc --data driftlock.db
`;

const OPTIONS = {
  ...DESTINATION_OPTIONS,
  file: { type: 'string' },
  'password-file': { type: 'string' },
  ids: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

/** Bytes; a hundred thousand entries are less. */
const LIMIT = 64 * 1024 * 1024;

export const importVerb: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const { file, ids = 'name', ...given } = readArguments(args, OPTIONS);
    if (file === undefined) misused('--file is missing');
    if (ids !== 'name' && ids !== 'issuer.name') misused('--ids takes name or issuer.name');
    const { 'password-file': path, 'dry-run': isDry, ...where } = given;
    const password = async () =>
      path === undefined
        ? misused('the export is closed: give --password-file')
        : readSecretFile(path, world, '--password-file');
    const found = await readExport(await readContent(file, world), password);
    if (found.length === 0) misused('--file: nothing is in it');
    const destination = isDry ? undefined : await openDestination(where, world);
    try {
      const imported = await makeAll(found, { ids, destination });
      world.out(sayImported(imported, destination?.place));
      const isThere = ({ outcome }: Imported) => outcome === 'made' || outcome === 'would be made';
      return imported.every(isThere) ? EXIT.valid : EXIT.notValid;
    } finally {
      await destination?.close();
    }
  },
};

async function makeAll(
  found: Found[],
  { ids, destination }: { ids: Ids; destination: Destination | undefined },
): Promise<Imported[]> {
  const imported: Imported[] = [];
  for (const { id, found: one } of idsOf(found, ids)) {
    imported.push({ ...one, id, outcome: await make(id, one, destination) });
  }
  return imported;
}

async function make(
  id: string | undefined,
  found: Found,
  destination: Destination | undefined,
): Promise<Imported['outcome']> {
  if ('unusable' in found) return found.unusable;
  if (id === undefined) return 'no name';
  if (!destination) return 'would be made';
  const { secret, params } = found;
  const { outcome } = await destination.enrol({ id, secret, params });
  return outcome === 'made' || outcome === 'refused' ? outcome : 'was there';
}

async function readContent(path: string, { stdin }: World): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of path === '-' ? stdin : createReadStream(path)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LIMIT) break;
    }
  } catch {
    misused('--file: the file can not be read');
  }
  if (size > LIMIT) misused('--file: the file is too large to be an export');
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}
