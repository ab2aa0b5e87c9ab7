/**
 * Seeds at rest: AES-256-GCM, bound to the account, the credential, its parameters and the seal key.
 * And fingerprints of texts that nobody may guess: HMAC-SHA-256 under a key that HKDF makes of it.
 */
import type { TotpParams } from '@driftlock/totp-core';
import { StoreError } from './store-error.js';

export interface SealKey {
  /** Kept beside what it seals: 1 to 64 letters, digits, `-` and `_`. */
  id: string;
  /** 32 random bytes. */
  key: Uint8Array;
}

export interface SealOptions {
  /** Seals. */
  current: SealKey;
  /** Still open what they sealed. */
  older?: SealKey[];
}

/** What a sealed seed is the seed of. */
export interface SeedName {
  account: string;
  credential: string;
  params: Readonly<Required<TotpParams>>;
}

export interface Seal {
  /** The id of the key that seals. */
  readonly current: string;
  readonly ids: readonly string[];
  close(secret: Uint8Array<ArrayBuffer>, name: unknown): Promise<string>;
  /** Rejects with `ERR_SEAL` where the key is not held, or this is not what it sealed under this name. */
  open(sealed: string, name: unknown): Promise<Uint8Array<ArrayBuffer>>;
  /** What tells a text from others to who has the key, and tells nothing to who tries all texts. */
  fingerprint(text: string): Promise<string>;
  /** Whether it is of this text. Rejects with `ERR_SEAL` where its key is not held. */
  isOf(fingerprint: string, text: string): Promise<boolean>;
}

/** What is made of a seal key. */
interface Made {
  sealing: CryptoKey;
  printing: CryptoKey;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** Throws `ERR_SEAL` for keys that are none, or two of one id. */
export function createSeal({ current, older = [] }: SealOptions): Seal {
  const given = [current, ...older];
  if (given.some((one) => !isSealKey(one))) {
    throw new StoreError('ERR_SEAL', `a seal key is an id and ${KEY_BYTES} bytes`);
  }
  const keys = new Map(given.map(({ id, key }) => [id, imported(key)]));
  if (keys.size < given.length) throw new StoreError('ERR_SEAL', 'two seal keys have one id');

  async function keysOf(id: string): Promise<Made> {
    const key = keys.get(id);
    if (!key) throw new StoreError('ERR_SEAL', 'sealed under a key that was not given');
    return key();
  }

  return {
    current: current.id,
    ids: [...keys.keys()],
    async close(secret, name) {
      const { id } = current;
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const algorithm = { name: 'AES-GCM', iv, additionalData: bound(id, name) };
      const { sealing } = await keysOf(id);
      const box = await crypto.subtle.encrypt(algorithm, sealing, secret);
      return `${id}.${toBase64([...iv, ...new Uint8Array(box)])}`;
    },
    async open(sealed, name) {
      const id = keyIdOf(sealed);
      const { sealing } = await keysOf(id);
      try {
        const bytes = fromBase64(sealed.slice(id.length + 1));
        const iv = bytes.slice(0, NONCE_BYTES);
        const algorithm = { name: 'AES-GCM', iv, additionalData: bound(id, name) };
        const secret = await crypto.subtle.decrypt(algorithm, sealing, bytes.slice(NONCE_BYTES));
        return new Uint8Array(secret);
      } catch {
        // Not its cause: whoever reads logs need not learn more.
        throw new StoreError('ERR_SEAL', 'not what was sealed under this key and name');
      }
    },
    async fingerprint(text) {
      const { id } = current;
      const { printing } = await keysOf(id);
      const tag = await crypto.subtle.sign('HMAC', printing, new TextEncoder().encode(text));
      return `${id}.${toBase64([...new Uint8Array(tag)])}`;
    },
    async isOf(fingerprint, text) {
      const id = keyIdOf(fingerprint);
      const { printing } = await keysOf(id);
      const tag = fromBase64(fingerprint.slice(id.length + 1));
      return crypto.subtle.verify('HMAC', printing, tag, new TextEncoder().encode(text));
    },
  };
}

/** The id of the key that something was sealed with. */
export function keyIdOf(sealed: string): string {
  return sealed.slice(0, Math.max(0, sealed.indexOf('.')));
}

/** For stores that end with their process: nobody could ever open what they sealed. */
export function passingSeal(): SealOptions {
  return { current: { id: 'passing', key: crypto.getRandomValues(new Uint8Array(KEY_BYTES)) } };
}

/** As JSON, in which no two lists of names look alike. */
function bound(id: string, name: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(['driftlock', id, name]));
}

function isSealKey(given: SealKey | undefined): boolean {
  return (
    typeof given?.id === 'string' &&
    /^[\w-]{1,64}$/.test(given.id) &&
    given.key instanceof Uint8Array &&
    given.key.length === KEY_BYTES
  );
}

/** Copied at once, imported when first used. */
function imported(key: Uint8Array): () => Promise<Made> {
  const bytes = Uint8Array.from(key);
  let done: Promise<Made> | undefined;
  return () => {
    done ??= madeOf(bytes).finally(() => bytes.fill(0));
    return done;
  };
}

async function madeOf(bytes: Uint8Array<ArrayBuffer>): Promise<Made> {
  const { subtle } = crypto;
  const [sealing, root] = await Promise.all([
    subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
    subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']),
  ]);
  const info = new TextEncoder().encode('driftlock fingerprint');
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const algorithm = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  const uses: KeyUsage[] = ['sign', 'verify'];
  return { sealing, printing: await subtle.deriveKey(derivation, root, algorithm, false, uses) };
}

function toBase64(bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** What a seed is sealed under, of its name alone: what else is on the object does not count. */
export function nameOf({ account, credential, params }: SeedName): unknown[] {
  const { algorithm, digits, period, epoch } = params;
  return ['seed', account, credential, algorithm, digits, period, epoch];
}
