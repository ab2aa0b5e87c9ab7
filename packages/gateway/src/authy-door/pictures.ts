/** Pictures of seeds, each to be seen for a while by whoever knows its address. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { encode } from 'fast-png';
import qr from 'qr';
import { sha256Hex } from '../digest.js';
import { type DoorEngine, recordsOf } from './records.js';

export interface Picture {
  /** What the QR code says. */
  text: string;
  /** Pixels, each way; more where the code needs more. */
  size: number;
}

export interface Pictures {
  /** Keeps a picture for ten minutes and returns the path of its address. */
  keep(picture: Picture, at: number): Promise<string>;
  /** Its PNG; `undefined` for an address that is none, or no more. */
  png(name: string, at: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Base64 of nonce and ciphertext. */
interface Sealed {
  nonce: string;
  text: string;
  until: number;
}

/** Milliseconds. */
const LIFE = 600_000;

export const PICTURES = '/authy/pictures';

/** The name in the address is the key: the engine has its hash alone, and can show no seed. */
export function createPictures(engine: DoorEngine): Pictures {
  const records = recordsOf<Sealed>(engine, 'picture');
  return {
    async keep(picture, at) {
      const name = bytesToHex(random(32));
      const nonce = random(12);
      const plain = new TextEncoder().encode(JSON.stringify(picture));
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: nonce },
        await keyOf(name),
        plain,
      );
      const until = at + LIFE;
      const value = { nonce: base64(nonce), text: base64(new Uint8Array(sealed)), until };
      await records.change(sha256Hex(name), () => ({ value, until }));
      return `${PICTURES}/${name}.png`;
    },
    async png(name, at) {
      if (!/^[0-9a-f]{64}$/.test(name)) return undefined;
      const sealed = await records.read(sha256Hex(name));
      if (!sealed || at >= sealed.until) return undefined;
      const plain = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: bytes(sealed.nonce) },
        await keyOf(name),
        bytes(sealed.text),
      );
      return draw(JSON.parse(new TextDecoder().decode(plain)));
    },
  };
}

function draw({ text, size }: Picture): Uint8Array<ArrayBuffer> {
  // Four light modules on each side: ISO/IEC 18004, 9.1.
  const rows = qr(text, 'raw', { ecc: 'medium', border: 4 });
  const scale = Math.max(1, Math.floor(size / rows.length));
  const width = rows.length * scale;
  const data = new Uint8Array(width * width);
  for (let y = 0; y < width; y++) {
    const row = rows[Math.floor(y / scale)] ?? [];
    for (let x = 0; x < width; x++) data[y * width + x] = row[Math.floor(x / scale)] ? 0 : 255;
  }
  return Uint8Array.from(encode({ width, height: width, channels: 1, data }));
}

async function keyOf(name: string): Promise<CryptoKey> {
  const raw = new Uint8Array(hexToBytes(name));
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function random(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}

function base64(from: Uint8Array): string {
  return btoa(String.fromCharCode(...from));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
