/** The control: a line that only Node runs, in a copy of one built package, must turn runtimes red. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isGreen, type Outcome } from './report.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Control {
  /** The package. */
  room: string;
  /** In its dist. */
  file: string;
  /** What only Node runs. */
  line: string;
  /** The function it goes into; absent where it goes to the top of the file. */
  into?: string;
}

export const CONTROLS: readonly Control[] = [
  {
    room: 'totp-core',
    file: 'totp.js',
    line: "process.getBuiltinModule('node:crypto');",
    into: 'totp',
  },
  {
    room: 'api-client',
    file: 'client.js',
    line: "Buffer.from('key');",
    into: 'createAuthyClient',
  },
  {
    room: 'verifier',
    file: 'verifier.js',
    line: 'process.hrtime.bigint();',
    into: 'createVerifier',
  },
  {
    room: 'browser',
    file: 'gateway-authority.js',
    line: 'setImmediate(() => {});',
    into: 'gatewayAuthority',
  },
  { room: 'gateway', file: 'gateway.js', line: "import 'node:async_hooks';" },
];

/** The control for a package. */
export function controlOf(room: string): Control {
  const control = CONTROLS.find((known) => known.room === room);
  if (!control) throw new Error(`no control is of ${room}`);
  return control;
}

/** Runs the suite in those runtimes on a copy with the line in it; the sources are not touched. */
export async function runControl(control: Control, names: readonly string[]): Promise<Outcome[]> {
  const copy = mkdtempSync(join(tmpdir(), 'control-'));
  try {
    copyBuilt(copy);
    spoil(join(copy, 'packages', control.room, 'dist', control.file), control);
    const main = join(copy, 'conformance/dist/host/main.js');
    const run = promisify(execFile)(process.execPath, [main, '--json', ...names], {
      maxBuffer: 2 ** 26,
    });
    // It exits with 1 where something is red, which is what is wanted.
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    return JSON.parse(stdout);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Every package as it is built, linked to each other as here and to the same packages of others. */
function copyBuilt(copy: string): void {
  const rooms = readdirSync(join(ROOT, 'packages')).map((room) => `packages/${room}`);
  for (const room of [...rooms, 'conformance']) {
    mkdirSync(join(copy, room), { recursive: true });
    for (const part of ['package.json', 'dist', 'node_modules']) {
      const options = { recursive: true, verbatimSymlinks: true };
      cpSync(join(ROOT, room, part), join(copy, room, part), options);
    }
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}

function spoil(file: string, { line, into }: Control): void {
  const text = readFileSync(file, 'utf8');
  const opening = new RegExp(`^export (async )?function ${into}\\(.*\\{$`, 'm');
  const spoiled = into ? text.replace(opening, (found) => `${found}\n${line}`) : `${line}\n${text}`;
  if (spoiled === text) throw new Error(`the control finds no place in ${file}`);
  writeFileSync(file, spoiled);
}

/** What a control showed, as `results/control.json` keeps it: names of runtimes. */
export interface Shown {
  room: string;
  line: string;
  red: string[];
  green: string[];
}

/** Throws where the line is not Node's own, or where too few runtimes noticed it: then it shows nothing. */
export function shownBy({ room, line }: Control, outcomes: readonly Outcome[]): Shown {
  const named = (green: boolean) =>
    outcomes.filter((outcome) => isGreen(outcome) === green).map(({ name }) => name);
  const shown = { room, line, red: named(false), green: named(true) };
  if (!shown.green.includes('node')) throw new Error(`${room}: Node itself does not run the line`);
  if (shown.red.length < 2) throw new Error(`${room}: the line was not noticed`);
  return shown;
}

/** A row a package. */
export function renderShown(shown: readonly Shown[]): string {
  return [
    ['Package', 'Line', 'Red', 'Green'],
    ['---', '---', '---', '---'],
    ...shown.map(({ room, line, red, green }) => [
      `\`${room}\``,
      `\`${line}\``,
      red.join(', '),
      green.join(', '),
    ]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
