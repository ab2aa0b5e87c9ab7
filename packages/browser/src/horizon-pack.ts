/** A horizon pack on the device: codes are recognized by slow hashes, and no seed is there to steal. */
import type { Verdict } from '@driftlock/totp-core';
import * as v from 'valibot';
import { counterOf } from './device-key.js';
import type { StoredPack } from './schema.js';
import { stepsOf, type WindowOptions } from './window-steps.js';

export interface Horizon {
  /** The instant after which no pack is good any more. */
  until: number;
  packs: { credential: string; pack: StoredPack }[];
}

const SALT_BYTES = 16;
const HASH_BYTES = 16;
/** Seconds each way that are worth a hash of 600,000 rounds for every step. */
const BACKWARD = 60;
const FORWARD = 30;

const whole = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
const bytes = (length: number) =>
  v.pipe(
    v.string(),
    v.base64(),
    v.transform((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))),
    v.check((decoded) => decoded.length === length),
  );

// {"until","packs":[{"credential","digits","period","epoch","first","iterations","salt","hashes"}]}
const Answer = v.object({
  until: v.pipe(v.number(), v.finite()),
  packs: v.array(
    v.object({
      credential: v.pipe(v.string(), v.nonEmpty()),
      digits: whole(6, 8),
      period: whole(1, 86_400),
      epoch: v.pipe(v.number(), v.finite()),
      first: whole(0, Number.MAX_SAFE_INTEGER - 100_000),
      iterations: whole(1000, 10_000_000),
      salt: bytes(SALT_BYTES),
      hashes: v.pipe(v.array(bytes(HASH_BYTES)), v.maxLength(100_000)),
    }),
  ),
});

/** Reads what the gateway's `/v1/accounts/{id}/horizon` answers. Throws a TypeError for all else. */
export function readHorizon(answer: unknown): Horizon {
  const { success, output } = v.safeParse(Answer, answer);
  if (!success) throw new TypeError('horizon is what the gateway answers on /horizon, as JSON');
  const packs = output.packs.map(({ credential, hashes, ...pack }) => {
    const joined = new Uint8Array(hashes.length * HASH_BYTES);
    for (const [n, hash] of hashes.entries()) joined.set(hash, n * HASH_BYTES);
    return { credential, pack: { ...pack, hashes: joined } };
  });
  return { until: output.until, packs };
}

/**
 * Hashes the code once for each step of the window that the pack has, whatever the code is and
 * whether or not an earlier one matched. Steps further than 60 s back or 30 s ahead are not looked
 * at: no device could hash them while somebody waits.
 */
export async function verifyWithPack(
  pack: StoredPack,
  code: string,
  options: WindowOptions,
): Promise<Verdict> {
  const { period, digits, first: begins, hashes } = pack;
  if (!/^[0-9]+$/.test(code) || code.length !== digits) {
    return { valid: false, reason: 'malformed' };
  }
  const { at, drift, after = -1 } = options;
  const window = {
    backward: Math.min(options.window.backward, Math.floor(BACKWARD / period)),
    forward: Math.min(options.window.forward, Math.floor(FORWARD / period)),
  };
  const asked = stepsOf(pack, { at, window, ...(drift === undefined ? {} : { drift }) });
  const steps = Array.from({ length: asked.count }, (_, n) => asked.first + n).filter(
    (step) => step >= begins && step < begins + hashes.length / HASH_BYTES,
  );
  const matches = await matchesOf(pack, code, steps);
  const matching = steps.filter((_, n) => matches[n]);
  const newest = matching.findLast((step) => step > after);
  if (newest === undefined) {
    return { valid: false, reason: matching.length > 0 ? 'replayed' : 'mismatch' };
  }
  const now = stepsOf(pack, { at, window: { backward: 0, forward: 0 } }).first;
  return { valid: true, step: newest, delta: newest - now };
}

async function matchesOf(pack: StoredPack, code: string, steps: number[]): Promise<boolean[]> {
  const typed = new TextEncoder().encode(code);
  const key = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveBits']);
  return Promise.all(steps.map(async (step) => agrees(pack, step, await hashOf(pack, key, step))));
}

async function hashOf(
  { salt, iterations }: StoredPack,
  key: CryptoKey,
  step: number,
): Promise<Uint8Array> {
  const salted = new Uint8Array([...salt, ...counterOf(step)]);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: salted, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, HASH_BYTES * 8));
}

/** Every byte is looked at. */
function agrees({ first, hashes }: StoredPack, step: number, hash: Uint8Array): boolean {
  const from = (step - first) * HASH_BYTES;
  let differs = 0;
  for (let i = 0; i < HASH_BYTES; i++) differs |= (hash[i] ?? 0) ^ (hashes[from + i] ?? 256);
  return differs === 0;
}
