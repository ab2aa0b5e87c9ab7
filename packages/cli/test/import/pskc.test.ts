import { expect, test } from 'vitest';
import { readExport } from '../../src/import/exported.js';
import type { Found } from '../../src/import/found.js';
import { SECRET } from '../terminal.js';

const read = (content: string, password = ''): Promise<Found[]> =>
  readExport(content, async () => password);

const NAMES = `xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
  xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"
  xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"`;

interface Container {
  head?: string;
  secret: string;
  algorithm?: string;
  more?: string;
}

function container({ head = '', secret, algorithm = 'totp', more = '' }: Container): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" ${NAMES}>${head}
  <KeyPackage><DeviceInfo><SerialNo>987654321</SerialNo></DeviceInfo>
    <Key Id="12345678" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${algorithm}"><Issuer>Issuer</Issuer>
      <AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters>
      <Data><Secret>${secret}</Secret>${more}</Data></Key></KeyPackage></KeyContainer>`;
}

const CBC = '<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>';
const cipher = (value: string): string =>
  `${CBC}<xenc:CipherData><xenc:CipherValue>\n  ${value}\n</xenc:CipherValue></xenc:CipherData>`;
const macMethod = (value: string): string =>
  `<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>${cipher(value)}</MACKey></MACMethod>`;
const sealed = (value: string, mac: string): string =>
  `<EncryptedValue>${cipher(value)}</EncryptedValue><ValueMAC>${mac}</ValueMAC>`;

/** RFC 6030, figure 6: its key, and what it encrypts. */
const KEY = '12345678901234567890123456789012';
const FIGURE_6 = {
  head: `<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>${macMethod('ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX')}`,
  secret: sealed(
    'AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv',
    'Su+NvtQfmvfJzF6bmQiJqoLRExc=',
  ),
};

/** RFC 6030, figure 7: its passphrase is qwerty. */
const FIGURE_7 = {
  head: `<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod
      Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><pkcs5:PBKDF2-params>
      <Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount><KeyLength>16</KeyLength><PRF/>
    </pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>${macMethod('2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx')}`,
  secret: sealed(
    'oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f',
    'LP6xMvjtypbfT9PdkJhBZ+D6O4w=',
  ),
};

const PLAIN = { secret: '<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue>' };
const TOKEN = { name: '987654321', issuer: 'Issuer' };
const params = { algorithm: 'SHA1', digits: 8, period: 30 };

test('a key in the clear has its interval, its start and its owner', async () => {
  const more =
    '<Time><PlainValue>90</PlainValue></Time><TimeInterval><PlainValue>60</PlainValue></TimeInterval>';
  const content = container({ ...PLAIN, more }).replace(
    '<Issuer>',
    '<UserId>CN=ana, UID=ana</UserId><Issuer>',
  );
  expect(await read(content)).toStrictEqual([
    { name: 'ana', issuer: 'Issuer', secret: SECRET, params: { ...params, period: 60, epoch: 90 } },
  ]);
});

test('RFC 6030 figure 6 opens with its pre-shared key', async () => {
  expect(await read(container(FIGURE_6), KEY)).toStrictEqual([
    { ...TOKEN, secret: SECRET, params },
  ]);
});

test('RFC 6030 figure 7 opens with its passphrase', async () => {
  expect(await read(container(FIGURE_7), 'qwerty')).toStrictEqual([
    { ...TOKEN, secret: SECRET, params },
  ]);
});

test.each<[string, Container, string, RegExp]>([
  ['another key', FIGURE_6, KEY.replaceAll('2', '3'), /does not open/],
  ['a key that is none', FIGURE_6, 'secret', /pre-shared key is hex/],
  ['another passphrase', FIGURE_7, 'azerty', /does not open/],
  [
    'a value that was changed',
    { ...FIGURE_6, secret: FIGURE_6.secret.replace('AAEC', 'AAED') },
    KEY,
    /does not open/,
  ],
  [
    'no MAC',
    { ...FIGURE_6, head: FIGURE_6.head.replace(/<MACMethod.*/s, '') },
    KEY,
    /that they are whole/,
  ],
  [
    'a MAC that is left out',
    { ...FIGURE_6, secret: FIGURE_6.secret.replace(/<ValueMAC>.*/, '') },
    KEY,
    /does not open/,
  ],
  [
    'rounds without an end',
    { ...FIGURE_7, head: FIGURE_7.head.replace('>1000<', '>99999999999<') },
    'qwerty',
    /derivation of its key/,
  ],
])('%s is refused', async (_, content, password, said) => {
  await expect(read(container(content), password)).rejects.toThrow(said);
});

test.each([
  ['counter-based', container({ ...PLAIN, algorithm: 'hotp' })],
  ['algorithm', container({ ...PLAIN, algorithm: 'ocra' })],
  ['malformed', container({ secret: '' })],
])('a key that is %s is said to be so', async (unusable, content) => {
  expect(await read(content)).toStrictEqual([{ ...TOKEN, unusable }]);
});

test('what is no well-formed XML is refused, and nothing of it is fetched', async () => {
  await expect(read('<KeyContainer><KeyPackage>')).rejects.toThrow(/not well-formed/);
  const entity =
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><KeyContainer>&e;</KeyContainer>';
  await expect(read(entity)).rejects.toThrow(/not well-formed/);
});

test('XML that is deeper than any export is refused before anybody walks it', async () => {
  const deep = `<KeyContainer>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</KeyContainer>`;
  await expect(read(deep)).rejects.toThrow(/^--file: this is deeper/);
});
