/** The libraries measured, each asked in its fastest public way for the same answers. */
import { createHmac, createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { type Algorithm, importKey, totp, verify } from '@driftlock/totp-core';
import * as epic from '@epic-web/totp';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import * as oslo from '@oslojs/otp';
import base32 from 'hi-base32';
import * as otpauthNode from 'otpauth';
import * as otpauthBrowser from 'otpauth/dist/otpauth.esm.js';
import { createGuardrails, generateSync, verifySync } from 'otplib';
import speakeasy from 'speakeasy';

/** The instant of every measurement, Unix milliseconds. */
export const AT = 1_700_000_010_000;
export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
export const PERIOD = 30;

/** One library with one algorithm. What it can't do is left out. */
export interface Subject {
  name: string;
  /** The code of now from the Base32 text. */
  cold?(): string | Promise<string>;
  /** The code of now, with whatever can be prepared prepared. */
  warm?(): string | Promise<string>;
  /** Whether a code is of one of so many steps each way. */
  verify?(code: string, steps: number): boolean | Promise<boolean>;
  /** Its Promises are awaited one by one. */
  slow?: true;
}

export function subjects(algorithm: Algorithm): Subject[] {
  const all = [
    ours,
    noble,
    nodeCrypto,
    otpauth(otpauthNode, 'Node'),
    otpauth(otpauthBrowser, 'browser'),
  ];
  const made = [...all, otplib, speaks].map((make) => make(algorithm));
  return algorithm === 'SHA1' ? [...made, osloSubject(), epicSubject()] : made;
}

function ours(algorithm: Algorithm): Subject {
  const key = importKey(SECRET, { algorithm });
  return {
    name: 'driftlock',
    cold: () => totp(importKey(SECRET, { algorithm }), { at: AT }),
    warm: () => totp(key, { at: AT }),
    verify: (code, steps) =>
      verify(key, code, { at: AT, window: { backward: steps, forward: steps } }).valid,
  };
}

/** What one would write in ten lines on a function that makes an HMAC: a full scan, no early exit. */
function tenLines<Key>(
  name: string,
  secret: () => Key,
  hmacOf: (key: Key, message: Uint8Array) => Uint8Array,
): Subject {
  const prepared = secret();
  const message = new Uint8Array(8);
  const view = new DataView(message.buffer);
  const now = Math.floor(AT / 1000 / PERIOD);
  const number = (key: Key, step: number): number => {
    view.setUint32(0, Math.floor(step / 2 ** 32));
    view.setUint32(4, step >>> 0);
    const mac = hmacOf(key, message);
    const word = new DataView(mac.buffer, mac.byteOffset).getUint32(mac[mac.length - 1]! & 15);
    return (word & 0x7fffffff) % 1_000_000;
  };
  const code = (key: Key): string => String(number(key, now)).padStart(6, '0');
  return {
    name,
    cold: () => code(secret()),
    warm: () => code(prepared),
    verify(typed, steps) {
      const guess = Number(typed);
      let found = false;
      for (let step = now - steps; step <= now + steps; step++) {
        found = number(prepared, step) === guess || found;
      }
      return found;
    },
  };
}

function nodeCrypto(algorithm: Algorithm): Subject {
  const name = algorithm.toLowerCase();
  return tenLines(
    'node:crypto',
    () => createSecretKey(bytes()),
    (key, message) => createHmac(name, key).update(message).digest(),
  );
}

function noble(algorithm: Algorithm): Subject {
  const hash = { SHA1: sha1, SHA256: sha256, SHA512: sha512 }[algorithm];
  return tenLines(
    "noble's hmac()",
    () => Uint8Array.from(base32.decode.asBytes(SECRET)),
    (key, message) => hmac(hash, key, message),
  );
}

function otpauth(build: typeof otpauthNode, of: string): (algorithm: Algorithm) => Subject {
  return (algorithm) => {
    const make = () =>
      new build.TOTP({ secret: build.Secret.fromBase32(SECRET), algorithm, period: PERIOD });
    const made = make();
    return {
      name: `otpauth (${of})`,
      cold: () => make().generate({ timestamp: AT }),
      warm: () => made.generate({ timestamp: AT }),
      verify: (token, window) => made.validate({ token, timestamp: AT, window }) !== null,
    };
  };
}

function otplib(algorithm: Algorithm): Subject {
  const shared = { algorithm: algorithm.toLowerCase() as 'sha1', epoch: AT / 1000 };
  const guardrails = createGuardrails({ MAX_WINDOW: 6001 });
  const secret = Uint8Array.from(bytes());
  return {
    name: 'otplib',
    cold: () => generateSync({ ...shared, secret: SECRET }),
    warm: () => generateSync({ ...shared, secret }),
    verify: (token, steps) =>
      verifySync({ ...shared, guardrails, secret, token, epochTolerance: steps * PERIOD }).valid,
  };
}

function speaks(algorithm: Algorithm): Subject {
  const time = AT / 1000;
  const name = algorithm.toLowerCase() as 'sha1';
  const text = { secret: SECRET, encoding: 'base32', algorithm: name, time } as const;
  const ascii = { secret: '12345678901234567890', encoding: 'ascii', algorithm: name } as const;
  return {
    name: 'speakeasy',
    cold: () => speakeasy.totp(text),
    warm: () => speakeasy.totp({ ...ascii, time }),
    verify: (token, window) => speakeasy.totp.verify({ ...ascii, time, token, window }),
  };
}

function osloSubject(): Subject {
  const key = Uint8Array.from(bytes());
  return {
    name: '@oslojs/otp',
    warm: () => oslo.generateTOTP(key, PERIOD, 6),
    verify: (code, steps) => oslo.verifyTOTPWithGracePeriod(key, PERIOD, 6, code, steps * PERIOD),
  };
}

function epicSubject(): Subject {
  const shared = { secret: SECRET, period: PERIOD, algorithm: 'SHA-1' } as const;
  return {
    name: '@epic-web/totp',
    slow: true,
    cold: async () => (await epic.generateTOTP(shared)).otp,
    verify: async (otp, window) => (await epic.verifyTOTP({ ...shared, otp, window })) !== null,
  };
}

function bytes(): Buffer {
  return Buffer.from(base32.decode.asBytes(SECRET));
}

/** The versions measured, from the packages themselves. */
export function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const names = ['otpauth', 'otplib', 'speakeasy', '@oslojs/otp', '@epic-web/totp'];
  const { dependencies } = require('../../package.json');
  return Object.fromEntries(names.map((name) => [name, dependencies[name]]));
}
