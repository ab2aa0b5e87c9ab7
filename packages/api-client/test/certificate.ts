// A certificate that signs itself, made for one test: nothing of it lasts, and no tool is needed.
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certified {
  key: string;
  cert: string;
}

const DAY = 86_400_000;

/** For a host by name or IPv4 address; valid from yesterday until `until`, Unix milliseconds. */
export function certificateFor(host: string, until: number = Date.now() + DAY): Certified {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, host))));
  const signed = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    ECDSA_SHA256,
    name,
    sequence(der(0x17, utc(Date.now() - 2 * DAY)), der(0x17, utc(until))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(ALT_NAME, der(0x04, sequence(altName(host)))))),
  );
  const signature = sign('sha256', signed, privateKey);
  const whole = sequence(signed, ECDSA_SHA256, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const base64 = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

/** A tag, a length and what is in it, as DER writes them. */
function der(tag: number, content: string | Iterable<number>): Buffer {
  const bytes = Buffer.from(typeof content === 'string' ? content : [...content]);
  const long = [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.from([tag, ...(bytes.length < 0x80 ? [bytes.length] : long), ...bytes]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

const utc = (at: number): string =>
  `${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`;

const altName = (host: string): Buffer =>
  /^[\d.]+$/.test(host) ? der(0x87, host.split('.').map(Number)) : der(0x82, host);

// ecdsa-with-SHA256, commonName, subjectAltName.
const ECDSA_SHA256 = sequence(der(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
const COMMON_NAME = der(0x06, [0x55, 4, 3]);
const ALT_NAME = der(0x06, [0x55, 0x1d, 0x11]);
