/** What tests import of `node:crypto`, in a page: another maker's hashes than the engine's own. */
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';

export function pbkdf2Sync(
  password: string,
  salt: string | Uint8Array,
  iterations: number,
  length: number,
): { toString(encoding: 'base64'): string } {
  const bytes = pbkdf2(sha256, password, salt, { c: iterations, dkLen: length });
  return { toString: () => btoa(String.fromCharCode(...bytes)) };
}
