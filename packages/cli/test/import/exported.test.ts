import { createCipheriv, pbkdf2Sync, scryptSync } from 'node:crypto';
import { PbfWriter } from 'pbf';
import { describe, expect, test } from 'vitest';
import { readExport } from '../../src/import/exported.js';
import type { Found } from '../../src/import/found.js';
import { SECRET } from '../terminal.js';

const SHA1 = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const SHA512 = { algorithm: 'SHA512', digits: 8, period: 60 } as const;

const nobody = async (): Promise<string> => {
  throw new Error('asked for a password');
};
const read = (content: string, password?: string): Promise<Found[]> =>
  readExport(content, password === undefined ? nobody : async () => password);

/** As Java seals: the tag comes last. */
function sealGcm(key: Buffer, text: string): { nonce: Buffer; sealed: Buffer; tag: Buffer } {
  const nonce = Buffer.alloc(12, 3);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return { nonce, sealed, tag: cipher.getAuthTag() };
}

const AEGIS = {
  version: 3,
  entries: [
    {
      type: 'totp',
      name: 'ana',
      issuer: 'Acme',
      info: { secret: SECRET, algo: 'SHA1', digits: 6, period: 30 },
    },
    {
      type: 'totp',
      name: 'bob',
      issuer: '',
      info: { secret: SECRET, algo: 'SHA512', digits: 8, period: 60 },
    },
    {
      type: 'hotp',
      name: 'cleo',
      issuer: 'Acme',
      info: { secret: SECRET, algo: 'SHA1', digits: 6, counter: 1 },
    },
    {
      type: 'steam',
      name: 'dan',
      issuer: 'Steam',
      info: { secret: SECRET, algo: 'SHA1', digits: 5, period: 30 },
    },
    {
      type: 'totp',
      name: 'eve',
      issuer: 'Acme',
      info: { secret: SECRET, algo: 'MD5', digits: 6, period: 30 },
    },
  ],
};
const IN_AEGIS: Found[] = [
  { name: 'ana', issuer: 'Acme', secret: SECRET, params: SHA1 },
  { name: 'bob', secret: SECRET, params: SHA512 },
  { name: 'cleo', issuer: 'Acme', unusable: 'counter-based' },
  { name: 'dan', issuer: 'Steam', unusable: 'algorithm' },
  { name: 'eve', issuer: 'Acme', unusable: 'algorithm' },
];

function closedAegis(password: string, asks: object = {}): string {
  const [salt, master] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const slot = sealGcm(scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }), '');
  const hex = (bytes: Buffer) => bytes.toString('hex');
  const wrapped = createCipheriv(
    'aes-256-gcm',
    scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }),
    slot.nonce,
  );
  const key = Buffer.concat([wrapped.update(master), wrapped.final()]);
  const db = sealGcm(master, JSON.stringify(AEGIS));
  return JSON.stringify({
    version: 1,
    header: {
      slots: [
        { type: 2, key: '00', key_params: { nonce: '00', tag: '00' } },
        {
          type: 1,
          key: hex(key),
          key_params: { nonce: hex(slot.nonce), tag: hex(wrapped.getAuthTag()) },
          ...{ n: 1024, r: 8, p: 1, salt: hex(salt), ...asks },
        },
      ],
      params: { nonce: hex(db.nonce), tag: hex(db.tag) },
    },
    db: db.sealed.toString('base64'),
  });
}

describe('an Aegis vault', () => {
  test('is read in the clear, what can not be verified told apart', async () => {
    const vault = { version: 1, header: { slots: null, params: null }, db: AEGIS };
    expect(await read(JSON.stringify(vault, undefined, 4))).toStrictEqual(IN_AEGIS);
  });

  test('is opened by its password, and by no other', async () => {
    expect(await read(closedAegis('right'), 'right')).toStrictEqual(IN_AEGIS);
    await expect(read(closedAegis('right'), 'wrong')).rejects.toThrow(/does not open/);
  });

  test.each([{ p: 100_000_000 }, { n: 2 ** 40 }, { r: 'x' }])(
    'that asks for the work of days, with %o, is left closed',
    async (asks) => {
      await expect(read(closedAegis('right', asks), 'right')).rejects.toThrow(/does not open/);
    },
  );
});

const SERVICES = [
  {
    name: 'Acme',
    secret: SECRET,
    otp: {
      account: 'ana',
      issuer: 'Acme Inc',
      digits: 8,
      period: 60,
      algorithm: 'SHA512',
      tokenType: 'TOTP',
    },
  },
  // Of schema 1, with nothing but names.
  { name: 'Deno', secret: SECRET, otp: { account: 'bob', label: 'Deno:bob' } },
  { name: 'Other', secret: SECRET, otp: { tokenType: 'HOTP' } },
];
const IN_2FAS: Found[] = [
  { name: 'ana', issuer: 'Acme Inc', secret: SECRET, params: SHA512 },
  { name: 'bob', issuer: 'Deno', secret: SECRET, params: SHA1 },
  { name: 'Other', issuer: 'Other', unusable: 'counter-based' },
];

describe('a 2FAS backup', () => {
  test('is read in the clear', async () => {
    expect(await read(JSON.stringify({ services: SERVICES, schemaVersion: 4 }))).toStrictEqual(
      IN_2FAS,
    );
  });

  test('is opened by its password, and by no other', async () => {
    const salt = Buffer.alloc(256, 5);
    const key = pbkdf2Sync('right', salt, 10_000, 32, 'sha256');
    const { nonce, sealed, tag } = sealGcm(key, JSON.stringify(SERVICES));
    const parts = [Buffer.concat([sealed, tag]), salt, nonce].map((part) =>
      part.toString('base64'),
    );
    const backup = JSON.stringify({ services: [], servicesEncrypted: parts.join(':') });
    expect(await read(backup, 'right')).toStrictEqual(IN_2FAS);
    await expect(read(backup, 'wrong')).rejects.toThrow(/does not open/);
  });
});

function migration(
  otps: { name: string; issuer?: string; algorithm?: number; digits?: number; type?: number }[],
): string {
  const payload = new PbfWriter();
  for (const { name, issuer = '', algorithm = 1, digits = 1, type = 2 } of otps) {
    payload.writeMessage(
      1,
      (_, otp) => {
        otp.writeBytesField(1, Buffer.from('12345678901234567890'));
        otp.writeStringField(2, name);
        otp.writeStringField(3, issuer);
        otp.writeVarintField(4, algorithm);
        otp.writeVarintField(5, digits);
        otp.writeVarintField(6, type);
      },
      undefined,
    );
  }
  payload.writeVarintField(2, 1);
  payload.writeVarintField(3, 1);
  const data = encodeURIComponent(Buffer.from(payload.finish()).toString('base64'));
  return `otpauth-migration://offline?data=${data}`;
}

describe('a list of URIs', () => {
  test('holds otpauth URIs and migrations of Google Authenticator in any order', async () => {
    const list = `# mine
otpauth://totp/Acme:ana?secret=${SECRET}&issuer=Acme
${migration([
  { name: 'Acme:bob', issuer: 'Acme' },
  { name: 'cleo', algorithm: 3, digits: 2 },
])}

otpauth://totp/dan?secret=${SECRET}&algorithm=SHA512&digits=8&period=60`;
    expect(await read(list)).toStrictEqual([
      { name: 'ana', issuer: 'Acme', secret: SECRET, params: SHA1 },
      { name: 'bob', issuer: 'Acme', secret: SECRET, params: SHA1 },
      { name: 'cleo', secret: SECRET, params: { ...SHA512, period: 30 } },
      { name: 'dan', secret: SECRET, params: SHA512 },
    ]);
  });

  test('what is no time-based code of ours is said to be none', async () => {
    const list = `otpauth://hotp/ana?secret=${SECRET}&counter=1
otpauth://totp/bob?secret=none!
${migration([
  { name: 'cleo', type: 1 },
  { name: 'dan', algorithm: 4 },
  { name: 'eve', digits: 9 },
])}`;
    expect(await read(list)).toStrictEqual([
      { name: '', unusable: 'counter-based' },
      { name: '', unusable: 'malformed' },
      { name: 'cleo', unusable: 'counter-based' },
      { name: 'dan', unusable: 'algorithm' },
      { name: 'eve', unusable: 'digits' },
    ]);
  });

  test.each([
    'otpauth-migration://offline',
    'otpauth-migration://offline?data=CgI',
    'otpauth-migration://%',
  ])('a migration that is none is refused by its line', async (line) => {
    await expect(read(`# one\n${line}`)).rejects.toThrow(/^--file: line 2 is no migration/);
  });
});

test('an algorithm that is no text is none that is known', async () => {
  const algo = { toString: null };
  const entry = { type: 'totp', name: 'ana', info: { secret: SECRET, algo } };
  const service = { name: 'ana', secret: SECRET, otp: { algorithm: algo } };
  const aegis = JSON.stringify({ header: {}, db: { entries: [entry] } });
  for (const content of [aegis, JSON.stringify({ services: [service] })]) {
    expect((await read(content)).map((one) => 'unusable' in one && one.unusable)).toStrictEqual([
      'algorithm',
    ]);
  }
});
