/** Inputs for verify: keys, instants and codes drawn alike for both classes of a case. */
import { createHmac } from 'node:crypto';
import {
  hotp,
  importKey,
  type TotpKey,
  type TotpParams,
  type VerifyOptions,
  verify,
} from '@driftlock/totp-core';
import type { Subject } from './case.js';

/** What verify is asked. */
export interface Question {
  key: TotpKey;
  code: string;
  options: VerifyOptions;
}

/** A key, and a step in the middle of the window. */
export interface Place {
  key: TotpKey;
  step: number;
}

/** What a class asks at a place: a code, and the last step used. */
export type Ask = (draw: Draw) => { code: string; after?: number };

/** A place, and chance for what else is drawn there. */
export interface Draw extends Place {
  random(): number;
}

export const SECRET = '12345678901234567890';
export const BASE = 60_000_000;
/** Steps each way. */
export const REACH = 3;

const POOL = 64;

/** Both classes ask at the same places: the same keys and steps, so the same HMACs. */
export function asking(zero: Ask, one: Ask, params: TotpParams = {}): Subject {
  const places = placesWith(keyOf(SECRET, params));
  return verifying([zero, one], [places, places], params);
}

/** Each class asks at places of its own, for the same kind of code. */
export function verifying(
  asks: readonly [Ask, Ask],
  places: readonly [Place[], Place[]],
  { period = 30 }: TotpParams = {},
): Subject {
  const window = { backward: REACH, forward: REACH };
  return {
    run: judge,
    make(side, random): Question {
      const pool = places[side];
      const draw = { ...pool[Math.floor(random() * pool.length)]!, random };
      const { code, after = 0 } = asks[side](draw);
      const at = draw.step * period * 1000 + 1;
      return { key: draw.key, code: flat(code), options: { at, window, after } };
    },
  };
}

/** The call that is timed. */
export function judge(input: unknown): unknown {
  const { key, code, options } = input as Question;
  return verify(key, code, options);
}

export function keyOf(secret: string | Uint8Array, params: TotpParams = {}): TotpKey {
  return importKey(Buffer.from(secret), params);
}

/** Places of one key, with steps of which something holds. */
export function placesWith(key: TotpKey, holds: (step: number) => boolean = () => true): Place[] {
  const places: Place[] = [];
  for (let step = BASE; places.length < POOL; step++) {
    if (holds(step)) places.push({ key, step });
  }
  return places;
}

/** The code of a step so many from the middle. */
export function codeAt(delta: number): Ask {
  return ({ key, step }) => ({ code: hotp(key, step + delta) });
}

/** A code of none of the window's steps, of those proposed. */
export function wrong(propose: (draw: Draw) => string = anyCode): Ask {
  return (draw) => {
    const { key, step } = draw;
    const codes = Array.from({ length: 2 * REACH + 1 }, (_, i) => hotp(key, step - REACH + i));
    for (;;) {
      const code = propose(draw);
      if (!codes.includes(code)) return { code };
    }
  };
}

function anyCode({ key, random }: Draw): string {
  const { digits } = key.params;
  return String(Math.floor(random() * 10 ** digits)).padStart(digits, '0');
}

/** The RFC's own truncation of a step, to choose steps by what is secret of them. */
export function truncationOf(step: number): { offset: number; value: number } {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', SECRET).update(message).digest();
  const offset = mac[19]! & 15;
  return { offset, value: mac.readUInt32BE(offset) & 0x7fffffff };
}

/** The same characters as a string of its own, neither shared nor put together of others. */
export function flat(code: string): string {
  return Buffer.from(code, 'latin1').toString('latin1');
}
