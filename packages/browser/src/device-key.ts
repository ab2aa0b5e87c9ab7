/** A seed as a key that the browser uses and never shows: HMACs by WebCrypto, verdicts by totp-core. */
import {
  decodeBase32,
  importKey,
  type TotpParams,
  type Verdict,
  verifyMacs,
} from '@driftlock/totp-core';
import { stepsOf, type WindowOptions } from './window-steps.js';

export interface DeviceKey {
  params: Required<TotpParams>;
  /** Not extractable. */
  key: CryptoKey;
}

const HASHES = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' } as const;

/**
 * Imports a secret and wipes its bytes; a string can't be wiped. Throws a TotpError as `importKey`
 * does.
 */
export async function importDeviceKey(
  secret: string | Uint8Array,
  params?: TotpParams,
): Promise<DeviceKey> {
  const checked = importKey(secret, params);
  checked.destroy();
  const algorithm = { name: 'HMAC', hash: HASHES[checked.params.algorithm] };
  const given = typeof secret === 'string' ? decodeBase32(secret) : secret;
  const bytes = Uint8Array.from(given);
  given.fill(0);
  try {
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
    return { params: { ...checked.params }, key };
  } finally {
    bytes.fill(0);
  }
}

/** The HMACs of the whole window, made at once whatever the code is, and then compared. */
export async function verifyWithKey(
  { params, key }: DeviceKey,
  code: string,
  options: WindowOptions,
): Promise<Verdict> {
  const { first, count } = stepsOf(params, options);
  const macs = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const mac = await crypto.subtle.sign('HMAC', key, counterOf(first + n));
      return new Uint8Array(mac);
    }),
  );
  const { at, after } = options;
  return verifyMacs(macs, first, params, code, { at, ...(after === undefined ? {} : { after }) });
}

/** RFC 4226: eight bytes, the highest first. */
export function counterOf(step: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(step));
  return bytes;
}
