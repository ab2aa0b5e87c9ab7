/** Opens the encrypted values of a PSKC container: RFC 6030 section 6, each under its MAC. */
import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { misused } from '../cli-error.js';
import { wrongPassword } from './protected.js';
import { attribute, type Element, one, text } from './xml.js';

/** The value in the clear; ends the command where it was changed, or the key is another. */
export type Opener = (encrypted: Element, mac: string) => Buffer;

const CBC = /xmlenc#aes(128|192|256)-cbc$/;
const HMAC = /hmac-(sha1|sha224|sha256|sha384|sha512)$/;
const IV_BYTES = 16;
/** Rounds that nobody chose, and that would keep us for hours. */
const MOST_ROUNDS = 10_000_000;

/** The password is a passphrase where the container derives its key from one, else the key in hex. */
export function createOpener(container: Element, password: string): Opener {
  const key = keyOf(one(container, 'EncryptionKey'), password);
  const method = one(container, 'MACMethod');
  const hash = HMAC.exec(attribute(method, 'Algorithm'))?.[1];
  // CBC without a MAC can be changed by anybody who has the file.
  if (!hash)
    misused('--file: its values are encrypted, and nothing says how to tell that they are whole');
  const macKey = one(method, 'MACKey');
  const checking = macKey ? decrypt(macKey, key) : key;
  return (encrypted, mac) => {
    const made = createHmac(hash, checking).update(cipherOf(encrypted)).digest();
    const given = Buffer.from(mac, 'base64');
    if (made.length !== given.length || !timingSafeEqual(made, given)) return wrongPassword();
    return decrypt(encrypted, key);
  };
}

function keyOf(encryption: Element | undefined, password: string): Buffer {
  const method = one(encryption, 'KeyDerivationMethod');
  if (!method) {
    const isKey = /^([0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})$/i.test(password);
    return isKey
      ? Buffer.from(password, 'hex')
      : misused('--password-file: the pre-shared key is hex');
  }
  if (!/#pbkdf2$/i.test(attribute(method, 'Algorithm'))) {
    misused('--file: its key is derived in a way that is not known here');
  }
  const salt = Buffer.from(text(one(method, 'Specified')), 'base64');
  const [rounds, bytes] = ['IterationCount', 'KeyLength'].map((name) =>
    Number(text(one(method, name))),
  );
  const isSound = rounds && bytes && rounds <= MOST_ROUNDS && [16, 24, 32].includes(bytes);
  if (!isSound || salt.length === 0) misused('--file: the derivation of its key is malformed');
  const hash = HMAC.exec(attribute(one(method, 'PRF'), 'Algorithm'))?.[1] ?? 'sha1';
  return pbkdf2Sync(password, salt, rounds, bytes, hash);
}

function cipherOf(encrypted: Element): Buffer {
  return Buffer.from(text(one(encrypted, 'CipherValue')), 'base64');
}

function decrypt(encrypted: Element, key: Buffer): Buffer {
  const bits = CBC.exec(attribute(one(encrypted, 'EncryptionMethod'), 'Algorithm'))?.[1];
  if (!bits) misused('--file: its values are encrypted by other means than AES-CBC');
  const cipher = cipherOf(encrypted);
  try {
    const opened = createDecipheriv(`aes-${bits}-cbc`, key, cipher.subarray(0, IV_BYTES));
    return Buffer.concat([opened.update(cipher.subarray(IV_BYTES)), opened.final()]);
  } catch {
    return wrongPassword();
  }
}
