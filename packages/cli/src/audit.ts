/** `driftlock audit`: whether the log of what happened is what was written. */
import {
  type Anchor,
  type AuditReport,
  type ChainReport,
  type Fault,
  verifyAudit,
} from '@driftlock/gateway';
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { readPlace, withKept } from './data.js';
import { EXIT } from './exit.js';
import type { Verb } from './verb.js';

const HELP = `driftlock audit - check that the log of a gateway is what was written

Usage
  driftlock audit --data WHERE [options]

Options
  --data WHERE       the data of the gateway, as of driftlock gateway (default
                     DRIFTLOCK_DATA)
  --anchor SEQ:HASH  the end of the gateway's own chain, as somebody kept it
                     elsewhere; without it the log is checked against itself
  --json             print one object: the report

Every account has a chain of its own, in which each entry holds the hash of the
one before. What was altered, left out or cut off is named by account and
number. Whoever can write the data and has no anchor to fear can write it all
anew: keep the end that is printed somewhere else, and give it the next time.

Exit status
  0 intact   1 not   2 the command line or the data is wrong   75 a server does
  not answer

Examples
  driftlock audit --data driftlock.db
  driftlock audit --data driftlock.db --anchor "$(cat anchor)"
`;

const OPTIONS = {
  data: { type: 'string' },
  anchor: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const audit: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, { out, env }) {
    const { data, anchor, json } = readArguments(args, OPTIONS);
    const place = readPlace(data, env);
    if (!place) misused('--data is missing');
    const kept = anchor === undefined ? {} : { anchor: readAnchor(anchor) };
    const report = await withKept({ where: place, env }, ({ engine }) => verifyAudit(engine, kept));
    out(json ? `${JSON.stringify(report)}\n` : say(report));
    return report.intact ? EXIT.valid : EXIT.notValid;
  },
};

function readAnchor(text: string): Anchor {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash) misused('--anchor takes the number and the hash that were printed, as 12:3f…');
  return { seq: Number(seq), hash };
}

const FAULTS: Record<Fault, string> = {
  altered: 'is not what was written',
  gap: 'is missing',
  'cut-off': 'was anchored, and the chain ends before it',
};
/** Chains that are named one by one. */
const SHOWN = 20;

function say({ intact, entries, strays, chains, end }: AuditReport): string {
  const wrong = chains.filter(({ faults }) => faults.length > 0);
  const counted = `${countOf(entries, 'entry', 'entries')} in ${countOf(chains.length, 'chain', 'chains')}`;
  if (intact) return `intact: ${counted}\n${end ? `end: ${end.seq}:${end.hash}\n` : ''}`;
  const lines = wrong.slice(0, SHOWN).flatMap(sayFaults);
  if (wrong.length > SHOWN) lines.push(`  and ${wrong.length - SHOWN} chains more`);
  if (strays > 0) lines.push(`  ${strays} records are in no chain`);
  return `NOT intact: ${counted}\n${lines.join('\n')}\n`;
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function sayFaults({ account, faults }: ChainReport): string[] {
  const name = account === '' ? 'the gateway' : account.replace(/\p{C}/gu, '');
  return faults.map(({ fault, seq }) => `  ${name}: entry ${seq} ${FAULTS[fault]}`);
}
