/** `driftlock doctor`: what would keep a gateway from judging codes rightly, before it does. */
import { readArguments } from './arguments.js';
import { misused } from './cli-error.js';
import { readPlace } from './data.js';
import { checkClock } from './doctor/clock.js';
import { checkData } from './doctor/data.js';
import { type Finding, good, wrong } from './doctor/finding.js';
import { checkKeys } from './doctor/keys.js';
import { checkGateway, checkUpstream } from './doctor/servers.js';
import { readAddress } from './enrolment/destination.js';
import { EXIT } from './exit.js';
import type { Verb, World } from './verb.js';
import { wrapped } from './wrapped.js';

const HELP = `driftlock doctor - look for what keeps a gateway from judging codes rightly

Usage
  driftlock doctor [options]

Options
  --data WHERE       the data it serves from (default DRIFTLOCK_DATA)
  --gateway URL      a gateway that serves
  --witness URLS     https servers whose Date says what time it is, with commas
                     between; two that agree are believed against this machine
  --json             print one object: the findings

Looks at this machine's clock, the data and the key its seeds are sealed with,
the keys of the environment, a gateway and, where DRIFTLOCK_UPSTREAM_KEY is
set, your Authy. It makes no file and changes none, but that tables of an older
release are brought up to date, as a gateway that starts would do.

Exit status
  0 nothing is wrong   1 something is   2 the command line is wrong

Examples
  driftlock doctor --data driftlock.db \\
    --witness https://www.example.com,https://www.example.org
`;

const OPTIONS = {
  data: { type: 'string' },
  gateway: { type: 'string' },
  witness: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const OLDEST = [20, 19] as const;

export const doctor: Verb = {
  help: HELP,
  options: OPTIONS,
  async run(args, world) {
    const { data, gateway, witness, json } = readArguments(args, OPTIONS);
    const { env, now, out } = world;
    const witnesses = (witness ?? '').split(',').filter((url) => url !== '');
    if (!witnesses.every(isSecure)) misused('--witness takes https addresses, with commas between');
    const address = gateway === undefined ? undefined : readAddress(gateway);
    const findings = [
      checkNode(process.versions.node),
      await checkClock(witnesses, now),
      ...(await checkData(readPlace(data, env), env)),
      ...checkKeys(env),
      ...(await checkGateway(address, env)),
      ...(await checkUpstream(env)),
    ];
    out(json ? `${JSON.stringify({ findings })}\n` : say(findings, world));
    return findings.some(({ state }) => state === 'wrong') ? EXIT.notValid : EXIT.valid;
  },
};

/** What anybody on the way can say is no evidence. */
function isSecure(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNew
    ? good('node', version)
    : wrong('node', version, `Node ${OLDEST.join('.')} or newer is needed`);
}

/** Of 80 columns, what is left beside the marks and names. */
const WIDTH = 55;
const MARKS = { good: '✓', wrong: '✗', unchecked: '–' } as const;
const COLORS = { good: 32, wrong: 31, unchecked: 33 } as const;

function say(findings: Finding[], { colors }: World): string {
  const lines = findings.map(({ state, what, found, next }) => {
    const mark = colors ? `\u001b[${COLORS[state]}m${MARKS[state]}\u001b[0m` : MARKS[state];
    const told = [...wrapped(found, WIDTH), ...(next ? wrapped(next, WIDTH) : [])];
    return `  ${mark} ${what.padEnd(20)} ${told.join(`\n${' '.repeat(25)}`)}\n`;
  });
  const count = findings.filter(({ state }) => state === 'wrong').length;
  const open = findings.filter(({ state }) => state === 'unchecked').length;
  const left = open > 0 ? `, ${open} not checked` : '';
  const sum = count === 0 ? `nothing is wrong${left}` : `${count} wrong${left}`;
  return `${lines.join('')}\n${sum}\n`;
}
