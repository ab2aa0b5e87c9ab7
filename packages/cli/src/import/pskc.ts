/** PSKC (RFC 6030): keys of hardware tokens, in the clear or under a pre-shared key or a passphrase. */
import { base32Of, type Found, labelOf, readParams } from './found.js';
import type { Password } from './protected.js';
import { createOpener, type Opener } from './pskc-opener.js';
import { all, attribute, type Element, one, parseXml, text } from './xml.js';

/** RFC 6030 section 10 and the profiles before it. */
const TIME_BASED = /keyprov:pskc[:#]totp$/i;
const COUNTER_BASED = /keyprov:pskc[:#]hotp$/i;

export function isPskc(content: string): boolean {
  return content.trimStart().startsWith('<') && content.includes('KeyContainer');
}

export async function readPskc(content: string, password: Password): Promise<Found[]> {
  const container = parseXml(content);
  const isClosed = all(container, 'EncryptedValue').length > 0;
  const opener = isClosed ? createOpener(container, await password()) : undefined;
  return all(container, 'KeyPackage').map((pack) => readKey(pack, opener));
}

function readKey(pack: Element, opener: Opener | undefined): Found {
  const key = one(pack, 'Key');
  const user = text(one(key, 'UserId')) || text(one(pack, 'UserId'));
  // A hardware token is known by the number on it.
  const name = user || text(one(pack, 'SerialNo')) || attribute(key, 'Id');
  const label = labelOf(name.replace(/^.*\bUID=/i, ''), text(one(key, 'Issuer')));
  const kind = attribute(key, 'Algorithm');
  if (COUNTER_BASED.test(kind)) return { ...label, unusable: 'counter-based' };
  if (!TIME_BASED.test(kind)) return { ...label, unusable: 'algorithm' };
  const data = one(key, 'Data');
  const secret = secretOf(one(data, 'Secret'), opener);
  if (!secret) return { ...label, unusable: 'malformed' };
  const plain = (name: string) => text(one(one(data, name), 'PlainValue'));
  const read = readParams(toldOf(key, plain('TimeInterval')));
  if ('unusable' in read) return { ...label, unusable: read.unusable };
  const epoch = Number(plain('Time') || 0);
  const counted = Number.isSafeInteger(epoch) && epoch > 0 ? { epoch } : {};
  return { ...label, secret: base32Of(secret), params: { ...read.params, ...counted } };
}

function toldOf(key: Element | undefined, interval: string) {
  const digits = attribute(one(key, 'ResponseFormat'), 'Length');
  const suite = text(one(key, 'Suite'));
  return {
    ...(digits === '' ? {} : { digits: Number(digits) }),
    ...(interval === '' ? {} : { period: Number(interval) }),
    ...(suite === '' ? {} : { algorithm: suite }),
  };
}

function secretOf(secret: Element | undefined, opener: Opener | undefined): Buffer | undefined {
  const plain = text(one(secret, 'PlainValue'));
  if (plain !== '') return Buffer.from(plain, 'base64');
  const closed = one(secret, 'EncryptedValue');
  return closed && opener?.(closed, text(one(secret, 'ValueMAC')));
}
