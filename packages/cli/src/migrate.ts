/** `driftlock migrate`: the seeds that Authy exports, moved to where codes are verified now. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { DESTINATION_HELP, DESTINATION_OPTIONS, openDestination } from './enrolment/destination.js';
import { EXIT, type Exit } from './exit.js';
import { authySeeds } from './migrate/authy-seeds.js';
import { placeAt } from './migrate/gateway-place.js';
import { type Journal, openJournal } from './migrate/journal.js';
import { type Place, migrate as run } from './migrate/migration.js';
import { isMoved } from './migrate/outcome.js';
import { createPace } from './migrate/pace.js';
import { type Person, readPeople } from './migrate/people.js';
import { createProgress } from './migrate/progress.js';
import { linesOf, summaryOf } from './migrate/report.js';
import { IDENTITY, openVerify } from './migrate/verify-service.js';
import type { Verb, World } from './verb.js';

const HELP = `driftlock migrate - move people off Authy, with the seeds they have

Usage
  driftlock migrate authy --users F (--gateway URL | --data WHERE) [options]
  driftlock migrate verify --users F [options]

  authy brings them to a gateway, verify to Twilio Verify v2.

Options
  --users F          who: lines of an Authy id and, after a comma, the account
                     it becomes (default the Authy id)
${DESTINATION_HELP}
  --journal F        what became of each; a run that was ended goes on from it
                     (default the users' file with .journal)
  --report F         writes a line for each person: authyId,account,outcome
  --per-second N     questions to Authy a second (default 5, at most 1000)

Environment
  DRIFTLOCK_UPSTREAM_KEY the key of your Authy
  DRIFTLOCK_UPSTREAM     where it is (default https://api.authy.com)
  DRIFTLOCK_KEY          opens the gateway of --gateway
  DRIFTLOCK_SEAL_KEY     seals the seeds in --data, as of driftlock gateway
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_VERIFY_SERVICE_SID
                         of verify; an account has 8 to 64 letters, digits and
                         dashes there, and no personal data

Authy exports the seeds of generic authenticators alone, and only once its
support has switched that on. Who uses the Authy app has to be enrolled anew;
the report names them. A seed is moved only if the code that comes with it is
one of its own. Where Authy asks for a pause, everything waits. Nobody is moved
twice, whenever and however often this is ended.

Exit status
  0 everybody was moved   1 some can't be; the report says who and why
  2 the command line or a file is wrong   75 not done: run it again

Examples
  driftlock migrate authy --users users.csv --data driftlock.db
  driftlock migrate authy --users users.csv --gateway https://gw.example \\
    --report moved.csv
`;

const OPTIONS = {
  ...DESTINATION_OPTIONS,
  users: { type: 'string' },
  journal: { type: 'string' },
  report: { type: 'string' },
  'per-second': { type: 'string' },
} as const;

export const migrate: Verb = {
  help: HELP,
  options: OPTIONS,
  words: ['authy', 'verify'],
  async run([to, ...args], world) {
    if (to !== 'authy' && to !== 'verify') misused('say which: driftlock migrate authy, or verify');
    const { users, journal, report, ...given } = readArguments(args, OPTIONS);
    const { 'per-second': rate = '5', ...where } = given;
    if (users === undefined) misused('--users is missing');
    const people = readPeople(readText(users), to === 'verify' ? IDENTITY : undefined);
    const seeds = authySeeds(world, createPace({ perSecond: readRate(rate) }));
    const place = await openPlace(to, where, world);
    try {
      const kept = openJournal(journal ?? `${users}.journal`, { to: place.name });
      const told = { people, journal: kept, to: place.name };
      try {
        const progress = progressOf(told, world);
        const { step: onProgress, end } = progress;
        await run({ people, seeds, place, journal: kept, onProgress }).finally(end);
        return tell(told, { world, report });
      } catch (error) {
        // What was done is told, whatever ended it.
        tell(told, { world, report });
        throw error;
      } finally {
        kept.close();
      }
    } finally {
      await place.close();
    }
  },
};

async function openPlace(
  to: 'authy' | 'verify',
  where: { gateway?: string; data?: string },
  world: World,
): Promise<Place> {
  if (to === 'authy') return placeAt(await openDestination(where, world));
  const [option] = Object.keys(where);
  if (option !== undefined) misused(`--${option} is of migrate authy`);
  return openVerify(world);
}

type Told = { people: Person[]; journal: Journal; to: string };

function progressOf({ people, journal: { entries } }: Omit<Told, 'to'>, { err, terminal }: World) {
  const done = people.filter(({ user }) => entries.has(user)).length;
  return createProgress({ total: people.length, done }, terminal ? { show: err } : {});
}

function tell(
  { people, journal: { entries }, to }: Told,
  { world, report }: { world: World; report: string | undefined },
): Exit {
  if (report !== undefined) writeReport(report, linesOf({ people, entries, to }));
  world.out(summaryOf({ people, entries, to }));
  const outcomes = people.map(({ user }) => entries.get(user)?.outcome);
  if (outcomes.includes(undefined)) return EXIT.tryLater;
  return outcomes.every((outcome) => outcome && isMoved(outcome)) ? EXIT.valid : EXIT.notValid;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return misused('--users: the file can not be read');
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch {
    misused('--report: the file can not be written');
  }
}

function readRate(text: string): number {
  const rate = /^\d{1,4}(\.\d)?$/.test(text) ? Number(text) : 0;
  if (!(rate >= 0.1 && rate <= 1000)) misused('--per-second takes 0.1 to 1000');
  return rate;
}
