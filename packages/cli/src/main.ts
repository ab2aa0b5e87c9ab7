/** The command: which verb, and what its failures look like on a terminal. */
import { readFileSync } from 'node:fs';
import { TotpError } from '@driftlock/totp-core';
import { asksForHelp } from './arguments.js';
import { CliError } from './cli-error.js';
import { EXIT, type Exit } from './exit.js';
import type { World } from './verb.js';
import { VERBS } from './verbs.js';

const HELP = `driftlock - time-based one-time passwords, and why they fail

Usage
  driftlock VERB [options]

Verbs
  code        print the code of an instant
  verify      say whether a code is valid, and if not, why
  diagnose    say why a code failed, searching a day each way
  resync      learn how wrong a phone's clock is from two codes
  gateway     serve the gateway: by itself, before your Authy, or with one of
              its own to test against
  enrol       enrol a person's authenticator, with a picture to scan
  uri         print the otpauth URI of a secret, or draw it
  doctor      look for what keeps a gateway from judging codes rightly
  audit       check that the log of a gateway is what was written
  import      make accounts of what another authenticator exported
  migrate     move people off Authy, with the seeds they have
  bench       what a verification costs on this machine
  tour        see all of it work in six scenes, live
  completions print what a shell needs to complete all this

  driftlock VERB --help tells more; driftlock --version prints the version.

Exit status
  0 valid   1 not valid   2 usage   3 replayed   4 a clock is why   75 try later

Secrets are read from a file or standard input; only enrol and uri print one.
`;

/**
 * Runs a command line without its first two words. Resolves with the exit code, whatever happens:
 * what goes wrong is one line on standard error.
 *
 * @example
 * process.exitCode = await main(process.argv.slice(2));
 */
export async function main(argv: string[], world: World = processWorld()): Promise<number> {
  const [name = '', ...args] = argv;
  if (name === '--help' || name === '-h') return print(world, HELP);
  if (name === '--version' || name === '-V') return print(world, `${version()}\n`);
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!load) {
    world.err(name === '' ? HELP : "driftlock: there is no such verb\nTry 'driftlock --help'.\n");
    return EXIT.usage;
  }
  try {
    const verb = await load();
    const options = verb.words && !args[0]?.startsWith('-') ? args.slice(1) : args;
    if (asksForHelp(options, verb.options)) return print(world, verb.help);
    return await verb.run(args, world);
  } catch (error) {
    return explain(world, name, error);
  }
}

function print(world: World, text: string): Exit {
  world.out(text);
  return EXIT.valid;
}

function explain(world: World, verb: string, error: unknown): Exit {
  const misuse = error instanceof TotpError || (error as CliError)?.code === 'ERR_USAGE';
  if (misuse) {
    world.err(`driftlock ${verb}: ${(error as Error).message}\nTry 'driftlock ${verb} --help'.\n`);
    return EXIT.usage;
  }
  if (error instanceof CliError) {
    world.err(`driftlock ${verb}: ${error.message}\n`);
    return error.code === 'ERR_SCENE' ? EXIT.notValid : EXIT.tryLater;
  }
  // Its message is somebody else's, and may hold anything.
  const { name = 'error', code } = (error ?? {}) as { name?: string; code?: unknown };
  const what = typeof code === 'string' ? `${name} ${code}` : name;
  world.err(`driftlock ${verb}: something went wrong that should not have: ${what}\n`);
  return EXIT.notValid;
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).version;
}

function processWorld(): World {
  const { stdin, stdout, stderr, env } = process;
  // `driftlock --help | head` closes the pipe early, and that is no error.
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    stderr.write('driftlock: standard output cannot be written\n');
    process.exitCode = EXIT.notValid;
  });
  return {
    stdin,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    env,
    now: Date.now,
    terminal: stderr.isTTY === true,
    colors: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  };
}
