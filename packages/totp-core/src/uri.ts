/** otpauth:// URIs (the Key Uri Format), strict; no message quotes any part of one. */
import type { Algorithm } from './algorithm.js';
import { encodeBase32 } from './base32.js';
import { TotpError, wrongType } from './errors.js';
import { resolveParams, secretBytes, type TotpParams } from './key.js';

/** What an otpauth URI says. */
export interface Otpauth {
  /** Who issued the secret; the `issuer` parameter, else the part of the label before the colon. */
  issuer?: string;
  /** Whose it is: the part of the label after the colon. */
  account: string;
  /** Base32, upper case, without padding. */
  secret: string;
  /** Without an epoch, which the format does not carry: it is 0. */
  params: Readonly<Required<TotpParams>>;
}

/** What goes into an otpauth URI. */
export interface OtpauthInput {
  issuer?: string;
  account: string;
  /** Base32 as people paste it, or bytes. */
  secret: string | Uint8Array;
  /** @default SHA1, 6 digits, 30 seconds */
  params?: TotpParams;
}

const KNOWN = ['secret', 'issuer', 'algorithm', 'digits', 'period'] as const;
type Fields = Partial<Record<(typeof KNOWN)[number], string>>;

/**
 * Parses an otpauth URI of type totp. Unknown parameters are ignored. Where the label and the
 * `issuer` parameter name different issuers, the parameter wins and the label's is dropped.
 *
 * @throws TotpError `ERR_URI` for another scheme or type, a parameter given twice or out of range,
 * a missing or malformed secret, or no account.
 * @example
 * parseUri('otpauth://totp/Acme:ann?secret=GEZDGNBVGY3TQOJQ').account; // 'ann'
 */
export function parseUri(uri: string): Otpauth {
  if (typeof uri !== 'string') wrongType('uri', 'a string');
  const shape = /^otpauth:\/\/([^/?#]*)\/([^?#/]*)\?([^#]*)$/i.exec(uri);
  if (!shape) refuse('not otpauth://TYPE/LABEL?PARAMETERS');
  if (shape[1]!.toLowerCase() !== 'totp') refuse('only the type totp is supported');
  const label = readLabel(shape[2]!);
  const fields = readFields(shape[3]!);
  const issuer = decode(fields.issuer ?? '').trim() || label.issuer;
  return {
    ...(issuer === '' ? {} : { issuer }),
    account: label.account,
    secret: readSecret(fields.secret),
    params: readParams(fields),
  };
}

/**
 * Formats an otpauth URI with every parameter spelled out. `parseUri` reads it back.
 *
 * @throws TotpError `ERR_URI` for no account, a colon in it or in the issuer, text that is not
 * Unicode, or an epoch other than 0; `ERR_SECRET` and `ERR_PARAMS` as `importKey` does.
 * @example
 * formatUri({ issuer: 'Acme', account: 'ann', secret: generateSecret() });
 */
export function formatUri(otp: OtpauthInput): string {
  if (typeof otp !== 'object' || otp === null) wrongType('otp', 'an object');
  const { algorithm, digits, period, epoch } = resolveParams(otp.params);
  if (epoch !== 0) refuse('the format carries no epoch');
  const account = encodeName(otp.account, 'account');
  const issuer = otp.issuer === undefined ? '' : encodeName(otp.issuer, 'issuer');
  if (account === '') refuse('account is missing');
  const parameters = [
    `secret=${canonicalSecret(otp.secret)}`,
    ...(issuer === '' ? [] : [`issuer=${issuer}`]),
    `algorithm=${algorithm}`,
    `digits=${digits}`,
    `period=${period}`,
  ];
  return `otpauth://totp/${issuer === '' ? '' : `${issuer}:`}${account}?${parameters.join('&')}`;
}

/** The colon may be encoded; a bare one is the separator if there is one. */
function readLabel(raw: string): { issuer: string; account: string } {
  const [head, tail] = split(raw, ':');
  const [prefix, name] =
    tail === undefined ? split(decode(raw), ':') : [decode(head), decode(tail)];
  const account = (name ?? prefix).trim();
  if (account === '') refuse('account is missing');
  return { issuer: name === undefined ? '' : prefix.trim(), account };
}

function readFields(query: string): Fields {
  const fields: Fields = {};
  for (const pair of query.split('&')) {
    const [rawName, value = ''] = split(pair, '=');
    const name = KNOWN.find((known) => known === rawName);
    if (name === undefined) continue;
    if (fields[name] !== undefined) refuse(`${name} is given twice`);
    // A plus is a space where people's words are, and no part of a secret or number.
    fields[name] = name === 'issuer' ? value.replaceAll('+', ' ') : decode(value);
  }
  return fields;
}

function readSecret(text: string | undefined): string {
  if (!text) refuse('secret is missing');
  try {
    return canonicalSecret(text);
  } catch {
    refuse('secret is not Base32');
  }
}

function readParams({
  algorithm = 'SHA1',
  digits = '6',
  period = '30',
}: Fields): Otpauth['params'] {
  if (!/^[678]$/.test(digits)) refuse('digits must be 6, 7 or 8');
  if (!/^[1-9][0-9]{0,4}$/.test(period)) refuse('period must be 1 to 86400 seconds');
  if (!/^sha(1|256|512)$/i.test(algorithm)) refuse('algorithm must be SHA1, SHA256 or SHA512');
  if (Number(period) > 86_400) refuse('period must be 1 to 86400 seconds');
  return resolveParams({
    algorithm: algorithm.toUpperCase() as Algorithm,
    digits: Number(digits) as 6 | 7 | 8,
    period: Number(period),
  });
}

function canonicalSecret(secret: string | Uint8Array): string {
  const bytes = secretBytes(secret);
  const text = encodeBase32(bytes);
  bytes.fill(0);
  return text;
}

function encodeName(name: string, field: string): string {
  if (typeof name !== 'string') wrongType(field, 'a string');
  if (name.includes(':')) refuse(`${field} must not hold a colon`);
  try {
    return encodeURIComponent(name.trim());
  } catch {
    refuse(`${field} is not Unicode text`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    refuse('a percent sequence is malformed');
  }
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function refuse(reason: string): never {
  throw new TotpError('ERR_URI', `otpauth URI: ${reason}`);
}
