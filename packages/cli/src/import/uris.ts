/** Lists of URIs, a line each: otpauth, and Google Authenticator's migrations, which hold several. */
import { parseUri, TotpError } from '@driftlock/totp-core';
import { PbfReader } from 'pbf';
import { misused } from '../cli-error.js';
import { base32Of, type Found, labelOf, readParams } from './found.js';

export function isUris(text: string): boolean {
  return /^otpauth(-migration)?:/im.test(text);
}

export function readUris(text: string): Found[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    if (/^otpauth-migration:/i.test(line)) return readMigration(line, index + 1);
    return [readLine(line)];
  });
}

function readLine(line: string): Found {
  if (/^otpauth:\/\/hotp\//i.test(line)) return { name: '', unusable: 'counter-based' };
  try {
    const { account: name, issuer, secret, params } = parseUri(line);
    const { algorithm, digits, period } = params;
    return { ...labelOf(name, issuer), secret, params: { algorithm, digits, period } };
  } catch (error) {
    if (error instanceof TotpError) return { name: '', unusable: 'malformed' };
    throw error;
  }
}

/** A picture of Google Authenticator's holds up to ten; its message is not published, but known. */
function readMigration(line: string, number: number): Found[] {
  try {
    const data = new URL(line).searchParams.get('data') ?? '';
    const found: Found[] = [];
    new PbfReader(Buffer.from(data, 'base64')).readFields((tag, _, message) => {
      if (tag === 1) found.push(readOtp(message));
    }, undefined);
    if (found.length > 0) return found;
  } catch {
    // As one that holds nothing.
  }
  return misused(`--file: line ${number} is no migration of Google Authenticator’s`);
}

/** By their numbers in the message; 0 is not said, and the default. */
const ALGORITHMS: readonly unknown[] = ['SHA1', 'SHA1', 'SHA256', 'SHA512'];
const DIGITS: readonly unknown[] = [6, 6, 8];
const COUNTER_BASED = 1;

function readOtp(message: PbfReader): Found {
  let secret: Uint8Array = new Uint8Array();
  let [name, issuer, algorithm, digits, type] = ['', '', 0, 0, 0];
  const end = message.readVarint() + message.pos;
  message.readFields(
    (tag) => {
      if (tag === 1) secret = message.readBytes();
      else if (tag === 2) name = message.readString();
      else if (tag === 3) issuer = message.readString();
      else if (tag === 4) algorithm = message.readVarint();
      else if (tag === 5) digits = message.readVarint();
      else if (tag === 6) type = message.readVarint();
    },
    undefined,
    end,
  );
  // Its names repeat the issuer, as a label of a URI does.
  const own = name.startsWith(`${issuer}:`) ? name.slice(issuer.length + 1) : name;
  const label = labelOf(own, issuer);
  if (type === COUNTER_BASED) return { ...label, unusable: 'counter-based' };
  const told = { algorithm: ALGORITHMS[algorithm] ?? 'none', digits: DIGITS[digits] ?? 0 };
  const read = readParams(told);
  return 'params' in read
    ? { ...label, secret: base32Of(secret), params: read.params }
    : { ...label, unusable: read.unusable };
}
