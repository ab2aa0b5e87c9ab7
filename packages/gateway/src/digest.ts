/** SHA-256 at once: WebCrypto's goes through a thread pool, which costs several times the hash of a short text. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** One for all: to make one costs as much as to hash a short text. */
const utf8 = new TextEncoder();

/** Of the text as UTF-8, in hex. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8.encode(text)));
}
