/** 2FAS's backup, a JSON file named .2fas: in the clear, or closed with a password. */
import { pbkdf2Sync } from 'node:crypto';
import { type Found, labelOf, member, readParams, textOf } from './found.js';
import { openGcm, type Password, wrongPassword } from './protected.js';

const ITERATIONS = 10_000;
const TAG_BYTES = 16;

export function isTwoFas(json: unknown): boolean {
  return Array.isArray(member(json, 'services'));
}

export async function readTwoFas(json: unknown, password: Password): Promise<Found[]> {
  const closed = member(json, 'servicesEncrypted');
  const services =
    typeof closed === 'string' ? open(closed, await password()) : member(json, 'services');
  return Array.isArray(services) ? services.map(readService) : [];
}

function readService(service: unknown): Found {
  const otp = member(service, 'otp');
  const account = textOf(member(otp, 'account')) || member(service, 'name');
  const label = labelOf(account, textOf(member(otp, 'issuer')) || member(service, 'name'));
  const type = member(otp, 'tokenType') ?? 'TOTP';
  if (type === 'HOTP') return { ...label, unusable: 'counter-based' };
  if (type !== 'TOTP') return { ...label, unusable: 'algorithm' };
  const [algorithm, digits, period] = ['algorithm', 'digits', 'period'].map((name) =>
    member(otp, name),
  );
  const read = readParams({ algorithm, digits, period });
  return 'params' in read
    ? { ...label, secret: textOf(member(service, 'secret')), params: read.params }
    : { ...label, unusable: read.unusable };
}

/** `sealed:salt:nonce`, each in Base64; what was sealed ends with its tag. */
function open(closed: string, password: string): unknown {
  const [all, salt, nonce] = closed.split(':').map((part) => Buffer.from(part, 'base64'));
  if (!all || !salt || !nonce || all.length <= TAG_BYTES) return wrongPassword();
  const key = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const [sealed, tag] = [all.subarray(0, -TAG_BYTES), all.subarray(-TAG_BYTES)];
  const opened = openGcm({ key, nonce, sealed, tag });
  return opened ? JSON.parse(opened.toString('utf8')) : wrongPassword();
}
