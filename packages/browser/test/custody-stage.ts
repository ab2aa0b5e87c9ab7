// An enrolled account on a device that holds what verifies it, and whose clock a test may set.
import { pbkdf2Sync } from 'node:crypto';
import { importKey, totp } from '@driftlock/totp-core';
import type { VerifierEvent } from '@driftlock/verifier';
import { enrol } from '../src/accounts.js';
import { holdKey, holdPacks } from '../src/custody.js';
import { createOfflineVerifier, type OfflineVerifierOptions } from '../src/offline-verifier.js';
import { createDevice } from './device.js';

export const AT = 1_800_000_000_000;
export const HOUR = 3_600_000;
export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const KEY = importKey(SECRET);
export const LEASE = { uses: 5, until: AT + 72 * HOUR };
const SALT = new Uint8Array(16).fill(7);
const ITERATIONS = 1000;

export type Kind = 'device key' | 'horizon pack';
export const KINDS: Kind[] = ['device key', 'horizon pack'];

export const codeAt = (at: number): string => totp(KEY, { at });

/** A code that is right at no step near. */
export function wrongCode(at: number): string {
  const right = new Set(Array.from({ length: 21 }, (_, n) => codeAt(at + (n - 10) * 30_000)));
  for (let guess = 0; ; guess++) {
    const code = String(guess).padStart(6, '0');
    if (!right.has(code)) return code;
  }
}

/** What the gateway answers, its hashes made by another implementation of PBKDF2. */
export function horizonOf(codes: string[], { first, until }: { first: number; until: number }) {
  return { until, packs: [packOf(codes, first)] };
}

export function packOf(codes: string[], first: number) {
  const salted = new Uint8Array(24);
  salted.set(SALT);
  const hashes = codes.map((code, n) => {
    new DataView(salted.buffer).setBigUint64(16, BigInt(first + n));
    return pbkdf2Sync(code, salted, ITERATIONS, 16, 'sha256').toString('base64');
  });
  return {
    ...{ credential: 'phone', digits: 6, period: 30, epoch: 0, first, iterations: ITERATIONS },
    ...{ salt: btoa(String.fromCharCode(...SALT)), hashes },
  };
}

/** The codes of the hour before `AT` and of the two after it. */
export function hoursOfCodes() {
  const first = (AT - HOUR) / 30_000;
  const codes = Array.from({ length: 360 }, (_, n) => codeAt((first + n) * 30_000));
  return horizonOf(codes, { first, until: AT + 2 * HOUR });
}

let hours: ReturnType<typeof hoursOfCodes> | undefined;

/** A lease of `undefined`: none was ever told. */
export async function createStage(
  kind: Kind,
  { lease }: { lease: typeof LEASE | undefined } = { lease: LEASE },
) {
  const device = createDevice();
  const time = { now: AT };
  const events: VerifierEvent[] = [];
  const tab = async (options: Partial<OfflineVerifierOptions> = {}) => {
    const store = await device.open();
    const verifier = createOfflineVerifier({
      store,
      // A loaded machine must not look like a store that does not answer.
      policy: { mode: 'offline', liveDeadline: 30_000 },
      now: () => time.now,
      onEvent: (event) => events.push(event),
      onRevoke: () => {},
      ...options,
    });
    const type = (code = codeAt(time.now)) => verifier.verify({ account: 'ana', code });
    return { store, verifier, type };
  };
  const { store, verifier } = await tab();
  await enrol(store, { account: 'ana', device: 'till', ...(lease ? { lease } : {}) });
  if (kind === 'device key') {
    await holdKey(store, { account: 'ana', credential: 'phone', secret: SECRET });
  } else {
    hours ??= hoursOfCodes();
    await holdPacks(store, { account: 'ana', horizon: hours });
  }
  await verifier.clock.witness({ min: AT - 100, max: AT + 100 });
  store.close();
  return { device, time, events, tab };
}
