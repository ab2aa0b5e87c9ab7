/** A secret ready to use: parameters checked once, HMAC midstates cached (RFC 6238 section 4). */
import { type Algorithm, MAC_LENGTH } from './algorithm.js';
import { decodeBase32 } from './base32.js';
import type { BlockHash } from './block-hash.js';
import { checkNumber, outOfRange, TotpError, wrongType } from './errors.js';
import { type CounterMac, createCounterMac } from './hmac.js';

/** What a code depends on besides the secret and the time. */
export interface TotpParams {
  /** @default 'SHA1' */
  algorithm?: Algorithm;
  /** @default 6 */
  digits?: 6 | 7 | 8;
  /** Seconds a code lasts, 1 to 86,400. @default 30 */
  period?: number;
  /** Unix time of step 0, in seconds. @default 0 */
  epoch?: number;
}

/** Opaque: what it holds can be used and wiped, and neither read, printed nor serialized. */
export interface TotpKey {
  readonly params: Readonly<Required<TotpParams>>;
  /** Wipes the secret; any later use throws TotpError `ERR_SECRET`. */
  destroy(): void;
}

/** The hashes a key can be made with: a bundle holds no others. */
export type Hashes = Partial<Readonly<Record<Algorithm, BlockHash>>>;

/** What a key keeps to itself. */
export interface KeyMaterial {
  secret: Uint8Array;
  mac: CounterMac;
  /** For the same secret under another algorithm. */
  hashes: Hashes;
}

/** The Authy app's own tokens: 7 digits every 10 seconds. */
export const AUTHY_APP: TotpParams = /* @__PURE__ */ Object.freeze({
  algorithm: 'SHA1',
  digits: 7,
  period: 10,
});

const LAST_INSTANT = 8.64e15; // The end of Date, in milliseconds.
const materials = new WeakMap<TotpKey, KeyMaterial | undefined>();

/** Imports a secret for one of these hashes. */
export function importKeyWith(
  hashes: Hashes,
  secret: string | Uint8Array,
  params?: TotpParams,
): TotpKey {
  const resolved = resolveParams(params, hashes);
  const bytes = secretBytes(secret);
  const mac = createCounterMac(hashes[resolved.algorithm]!, bytes);
  const key: TotpKey = Object.freeze({
    params: resolved,
    destroy() {
      materials.set(key, undefined);
      bytes.fill(0);
      mac.destroy();
    },
  });
  materials.set(key, { secret: bytes, mac, hashes });
  return key;
}

/** The material of a live key. */
export function openKey(key: TotpKey): KeyMaterial {
  const material = materials.get(key);
  if (material) return material;
  if (materials.has(key)) throw new TotpError('ERR_SECRET', 'the key was destroyed');
  wrongType('key', 'a TotpKey');
}

/** Parameters with their defaults, checked; the algorithm must be one of these. */
export function resolveParams(
  params: TotpParams = {},
  algorithms: Partial<Record<Algorithm, unknown>> = MAC_LENGTH,
): Readonly<Required<TotpParams>> {
  if (typeof params !== 'object') wrongType('params', 'an object');
  const { algorithm = 'SHA1', digits = 6, period = 30, epoch = 0 } = params;
  if (typeof algorithm !== 'string') wrongType('algorithm', 'a string');
  if (!Object.hasOwn(algorithms, algorithm)) {
    outOfRange(`algorithm must be ${Object.keys(algorithms).join(' or ')}`);
  }
  checkNumber(digits, { name: 'digits', min: 6, max: 8, whole: true });
  checkNumber(period, { name: 'period', min: 1, max: 86_400, whole: true });
  checkSeconds(epoch, 'epoch');
  return Object.freeze({ algorithm, digits, period, epoch });
}

/** Refuses seconds that reach beyond the range of Date. */
export function checkSeconds(seconds: number, name: string): void {
  checkNumber(seconds, { name, min: -LAST_INSTANT / 1000, max: LAST_INSTANT / 1000 });
}

/** Refuses what is not an instant in the range of Date. */
export function checkInstant(at: number, name = 'at'): void {
  if (typeof at !== 'number') wrongType(name, 'a number');
  if (!(Math.abs(at) <= LAST_INSTANT)) {
    throw new TotpError('ERR_INSTANT', `${name} must be Unix milliseconds`);
  }
}

/** The bytes of a secret, copied. */
export function secretBytes(secret: string | Uint8Array): Uint8Array {
  if (typeof secret === 'string') return decodeBase32(secret);
  if (!(secret instanceof Uint8Array)) wrongType('secret', 'Base32 or a Uint8Array');
  if (secret.length === 0) throw new TotpError('ERR_SECRET', 'the secret is empty');
  return Uint8Array.from(secret);
}
