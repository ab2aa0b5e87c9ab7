/** Command lines, read by node:util and refused in words that quote no value. */
import { parseArgs } from 'node:util';
import { misused } from './cli-error.js';

export type Options = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** What was given, by long name. */
export type Given<O extends Options> = {
  [Name in keyof O]?: O[Name]['type'] extends 'string' ? string : true;
};

/**
 * Reads options. Throws `ERR_USAGE` for one that is unknown, given twice, or without its value,
 * and for anything that is no option: it may be a secret, so it is not repeated.
 */
export function readArguments<const O extends Options>(args: string[], options: O): Given<O> {
  // Not strict: node's own refusals quote what was typed, and read `--at -90s` as two options.
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const given: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      misused('only options are taken; a secret is read with --secret-file');
    }
    const { name, rawName, value, inlineValue = false } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) unknown(rawName);
    if (given[name] !== undefined) misused(`${rawName} is given twice`);
    given[name] = option.type === 'string' ? text({ rawName, value, inlineValue }) : true;
    if (option.type === 'boolean' && value !== undefined) misused(`${rawName} takes no value`);
  }
  return given as Given<O>;
}

interface Token {
  rawName: string;
  value: string | undefined;
  inlineValue: boolean;
}

function text({ rawName, value, inlineValue }: Token): string {
  // `--code --json` forgot a value; `--at -90s` and `--secret-file -` did not.
  const isOption = !inlineValue && value !== undefined && /^-[^0-9]/.test(value);
  if (value === undefined || isOption) misused(`${rawName} needs a value`);
  return value;
}

function unknown(rawName: string): never {
  if (/^--?(?:secret|key|uri)$/.test(rawName)) {
    misused('a secret is not given on the command line; use --secret-file');
  }
  const isWord = /^--?[a-z][a-z-]{0,13}$/i.test(rawName);
  misused(isWord ? `there is no option ${rawName}` : 'there is no such option');
}
