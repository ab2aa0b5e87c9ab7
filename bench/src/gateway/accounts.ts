/** The accounts of the gateway run: made up from their number alone, in whichever process. */
import { createHash } from 'node:crypto';
import { importKey, type TotpKey, totp } from '@driftlock/totp-core';

/** Milliseconds of a step. */
const STEP = 30_000;
/** How long attempts are counted by default, and a step more: no account is ever short of them. */
export const QUIET = 900_000 + STEP;

export function nameOf(account: number): string {
  return `account-${account}`;
}

/** 20 bytes, as an authenticator's seed has. */
export function secretOf(account: number): Uint8Array {
  return createHash('sha1').update(nameOf(account)).digest();
}

export interface Codes {
  right(account: number, at: number): string;
  /** Of no step that is anywhere near. */
  wrong(account: number, at: number): string;
}

/** What the people behind the accounts would type. */
export function createCodes(): Codes {
  const keys = new Map<number, TotpKey>();
  function right(account: number, at: number): string {
    const key = keys.get(account) ?? importKey(secretOf(account));
    keys.set(account, key);
    return totp(key, { at });
  }
  return {
    right,
    wrong(account, at) {
      const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((n) => right(account, at + n * STEP)));
      for (let code = account % 1_000_000; ; code = (code + 1) % 1_000_000) {
        const text = String(code).padStart(6, '0');
        if (!near.has(text)) return text;
      }
    },
  };
}
