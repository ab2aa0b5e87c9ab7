/** The options that make a key, shared by every verb that has one. */
import {
  type Algorithm,
  importKey,
  parseUri,
  TotpError,
  type TotpKey,
  type TotpParams,
} from '@driftlock/totp-core';
import type { Given } from './arguments.js';
import { misused } from './cli-error.js';
import { readInstant, readSpan } from './instant.js';
import { readSecretFile } from './secret-file.js';
import type { World } from './verb.js';

export const KEY_OPTIONS = {
  'secret-file': { type: 'string' },
  base32: { type: 'boolean', short: 'b' },
  algorithm: { type: 'string' },
  digits: { type: 'string', short: 'd' },
  period: { type: 'string', short: 's' },
  epoch: { type: 'string' },
  at: { type: 'string', short: 'N' },
} as const;

/** What a verb that judges a code takes besides. */
export const CODE_OPTIONS: typeof KEY_OPTIONS & {
  readonly code: { readonly type: 'string' };
  readonly after: { readonly type: 'string' };
  readonly json: { readonly type: 'boolean' };
} = {
  ...KEY_OPTIONS,
  code: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
};

/** What every help page says of them. */
export const KEY_HELP = `  --secret-file F    the secret: Base32, or an otpauth:// URI and all it says;
                     - reads standard input. Never on the command line
  --algorithm A      SHA1 (default), SHA256 or SHA512
  -d, --digits N     6 (default), 7 or 8
  -s, --period T     how long a code lasts: 30s (default), 10, 1m
  --epoch T          when counting began, in Unix seconds (default 0)
  -N, --at T         when: Unix seconds (59, @59), 1970-01-01T00:00:59Z, or
                     '1970-01-01 00:00:59 UTC', or from now: -90s, +2m, -1h
                     (default now)
  -b, --base32       accepted as oathtool's; hex is not read, with or without it`;

/** Gives a key to `work`, and wipes it. */
export async function withKey<T>(
  given: Given<typeof KEY_OPTIONS>,
  world: World,
  work: (key: TotpKey) => T,
): Promise<T> {
  const { 'secret-file': path } = given;
  if (path === undefined) misused('--secret-file is missing');
  const params = readParams(given);
  const key = readKey(await readSecretFile(path, world), params);
  try {
    return work(key);
  } finally {
    key.destroy();
  }
}

/** The code as typed, and what it is judged by. */
export function readTyped(
  given: Given<typeof CODE_OPTIONS>,
  world: World,
): { code: string; at: number; after?: number } {
  const { code, after } = given;
  if (code === undefined) misused('--code is missing');
  const at = readInstant(given.at, world.now());
  return { code, at, ...(after === undefined ? {} : { after: readCount('--after', after) }) };
}

function readKey(text: string, params: TotpParams): TotpKey {
  const isUri = /^otpauth:/i.test(text);
  const { epoch, ...spoken } = params;
  if (isUri && Object.keys(spoken).length > 0) {
    misused(`--${Object.keys(spoken)[0]}: the otpauth URI says it already`);
  }
  try {
    if (!isUri) return importKey(text, params);
    const otp = parseUri(text);
    return importKey(otp.secret, epoch === undefined ? otp.params : { ...otp.params, epoch });
  } catch (error) {
    if (!(error instanceof TotpError) || error.code === 'ERR_PARAMS') throw error;
    misused(`--secret-file: ${error.message}`);
  }
}

/** What the options say of a key. */
export function readParams({
  algorithm,
  digits,
  period,
  epoch,
}: Given<typeof KEY_OPTIONS>): TotpParams {
  return {
    ...(algorithm === undefined ? {} : { algorithm: readAlgorithm(algorithm) }),
    ...(digits === undefined ? {} : { digits: readDigits(digits) }),
    ...(period === undefined ? {} : { period: readPeriod(period) }),
    ...(epoch === undefined ? {} : { epoch: readEpoch(epoch) }),
  };
}

function readAlgorithm(text: string): Algorithm {
  if (!/^sha(?:1|256|512)$/i.test(text)) misused('--algorithm takes SHA1, SHA256 or SHA512');
  return text.toUpperCase() as Algorithm;
}

function readDigits(text: string): 6 | 7 | 8 {
  if (!/^[678]$/.test(text)) misused('--digits takes 6, 7 or 8');
  return Number(text) as 6 | 7 | 8;
}

function readPeriod(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : readSpan(text);
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    misused('--period takes 1 to 86400 seconds, as in 30 or 30s');
  }
  return seconds;
}

function readEpoch(text: string): number {
  if (!/^-?\d{1,13}(?:\.\d+)?$/.test(text)) misused('--epoch takes Unix seconds');
  return Number(text);
}

/** A whole number from 0 on, or a refusal in the option's name. */
export function readCount(name: string, text: string): number {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) misused(`${name} takes a whole number from 0`);
  return count;
}
