/** Command lines, read by node:util and refused in words that quote no value. */
import { parseArgs } from 'node:util';
import { misused } from './cli-error.js';

export type Options = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** Every verb takes it. */
const HELP: Options = { help: { type: 'boolean', short: 'h' } };

/** What was given, by long name. */
export type Given<O extends Options> = {
  [Name in keyof O]?: O[Name]['type'] extends 'string' ? string : true;
};

/**
 * Whether help is asked for, before anything that `readArguments` would refuse. What stands where a
 * value is due is a value: a code typed as `-h` is a wrong code, and no question.
 */
export function asksForHelp(args: string[], options: Options): boolean {
  for (const token of tokensOf(args, options)) {
    if (token.kind !== 'option') return false;
    if (token.name === 'help') return token.value === undefined;
    if (!Object.hasOwn(options, token.name)) return false;
  }
  return false;
}

/**
 * Reads options. Throws `ERR_USAGE` for one that is unknown, given twice, or without its value,
 * and for anything that is no option: it may be a secret, so it is not repeated.
 */
export function readArguments<const O extends Options>(args: string[], options: O): Given<O> {
  const given: Record<string, string | true> = {};
  for (const token of tokensOf(args, options)) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      misused('only options are taken; a secret is read with --secret-file');
    }
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) unknown(rawName);
    if (given[name] !== undefined) misused(`${rawName} is given twice`);
    if (option.type === 'string' && value === undefined) misused(`${rawName} needs a value`);
    if (option.type === 'boolean' && value !== undefined) misused(`${rawName} takes no value`);
    given[name] = value ?? true;
  }
  return given as Given<O>;
}

/** Not strict: node's own refusals quote what was typed, and read `--at -90s` as two options. */
function tokensOf(args: string[], options: Options) {
  const known: Options = { ...HELP, ...options };
  return parseArgs({ args, options: known, strict: false, tokens: true }).tokens;
}

function unknown(rawName: string): never {
  if (/^--?(?:secret|key|uri)$/.test(rawName)) {
    misused('a secret is not given on the command line; use --secret-file');
  }
  // Whatever it is: a secret looks like a word, too.
  misused('unknown option');
}
