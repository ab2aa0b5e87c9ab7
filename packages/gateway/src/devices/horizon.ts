/** A horizon pack: slow hashes of the codes of the coming hours, so that no seed reaches the device. */
import { totp } from '@driftlock/totp-core';
import type { HeldSeed } from '../stores/stores.js';

/** What a device needs to recognize the codes of one credential, step by step from `first`. */
export interface HorizonPack {
  credential: string;
  digits: number;
  /** Seconds. */
  period: number;
  epoch: number;
  first: number;
  /** PBKDF2 with HMAC-SHA-256 over the code, salted by `salt` and the step; 16 bytes each. */
  iterations: number;
  /** Base64, as every hash is. */
  salt: string;
  hashes: string[];
}

const SALT_BYTES = 16;
const HASH_BITS = 128;
/** Hashes under way at once: as many as Node has threads for them. */
const AT_ONCE = 4;

/**
 * Hashes the codes of a held seed from the step before `at` on. Its cost is `hours × 3600 / period`
 * hashes of `iterations` rounds; finding one code of six digits costs up to a million of them.
 */
export async function issuePack(
  { credential, params, use }: HeldSeed,
  { at, hours, iterations }: { at: number; hours: number; iterations: number },
): Promise<HorizonPack> {
  const { digits, period, epoch } = params;
  const first = Math.max(0, Math.floor((at / 1000 - epoch) / period) - 1);
  const count = Math.ceil((hours * 3600) / period) + 1;
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hashes: string[] = [];
  for (let done = 0; done < count; done += AT_ONCE) {
    const steps = Array.from(
      { length: Math.min(AT_ONCE, count - done) },
      (_, n) => first + done + n,
    );
    // The key is asked for its codes and let go; hashing them takes long.
    const codes = await use((key) =>
      steps.map((step) => totp(key, { at: (epoch + step * period) * 1000 })),
    );
    const made = steps.map((step, n) =>
      hashCode(codes[n] ?? '', { salt: saltOf(salt, step), iterations }),
    );
    hashes.push(...(await Promise.all(made)));
  }
  return { credential, digits, period, epoch, first, iterations, salt: base64(salt), hashes };
}

async function hashCode(
  code: string,
  { salt, iterations }: { salt: Uint8Array<ArrayBuffer>; iterations: number },
): Promise<string> {
  const typed = new TextEncoder().encode(code);
  const key = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return base64(new Uint8Array(await crypto.subtle.deriveBits(how, key, HASH_BITS)));
}

/** Another salt for each step, or one search would find all codes at once. */
function saltOf(salt: Uint8Array, step: number): Uint8Array<ArrayBuffer> {
  const salted = new Uint8Array(SALT_BYTES + 8);
  salted.set(salt);
  new DataView(salted.buffer).setBigUint64(SALT_BYTES, BigInt(step));
  return salted;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
