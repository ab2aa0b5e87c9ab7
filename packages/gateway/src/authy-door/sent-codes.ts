/** Codes the door had delivered: one at a time for each name, hashed, each good once by the ledger. */
import type { Ledger } from '@driftlock/verifier';
import { bytesToHex } from '@noble/hashes/utils.js';
import { timingSafeEqual } from 'hono/utils/buffer';
import { type DoorEngine, recordsOf } from './records.js';

export interface SentCode {
  salt: string;
  digest: string;
  /** What it was asked for; it is good for nothing else. */
  action: string;
  /** Unix milliseconds from which it is no longer good. */
  until: number;
  /** What the ledger consumes: newer for each code of a name, because what is used stays used. */
  step: number;
}

export interface SentCodes {
  /** The code to deliver: the given one, or so many digits of chance. The one before is good no more. */
  make(name: string, wanted: Wanted): Promise<string>;
  /** The code that was sent last, as long as it lives. */
  find(name: string, at: number): Promise<SentCode | undefined>;
  /**
   * Whether a code is the one sent, and consumes it where it is. An attempt must have been taken;
   * where it is given here, a good code gives it back.
   */
  judge(name: string, typed: Typed): Promise<'valid' | 'used' | 'wrong'>;
  /** The code that was sent last is good no more. */
  forget(name: string): Promise<void>;
}

export interface Wanted {
  at: number;
  digits?: number;
  code?: string | undefined;
  action?: string | undefined;
}

export interface Typed {
  code: string;
  at: number;
  attempt?: number;
  action?: string | undefined;
}

/** Milliseconds a code is good. */
export const LIFE = 600_000;

/** The ledger's name for codes that were sent. */
export const SENT = 'sent';

/** As many as Authy's app shows. */
const DIGITS = 7;

/** Whether this could be a code that was sent to a user. */
export function isSentCode(code: string): boolean {
  return code.length === DIGITS && /^[0-9]+$/.test(code);
}

/** `key` is in no store: without it, a stolen one tells no code, however few digits it has. */
export function createSentCodes({
  engine,
  ledger,
  key,
}: {
  engine: DoorEngine;
  ledger: Ledger;
  key: string;
}): SentCodes {
  const records = recordsOf<SentCode>(engine, 'sent');
  const find = async (name: string, at: number) => {
    const found = await records.read(name);
    return found && at < found.until ? found : undefined;
  };
  return {
    find,
    async make(name, { at, digits = DIGITS, code = randomDigits(digits), action = '' }) {
      const salt = crypto.randomUUID();
      const digest = await digestOf([name, salt, code], key);
      const until = at + LIFE;
      await records.change(name, (before) => {
        const step = Math.max(Math.floor(at / 1000), (before?.step ?? 0) + 1);
        return { value: { salt, digest, action, until, step }, until };
      });
      return code;
    },
    async judge(name, { code, at, attempt, action = '' }) {
      const found = await find(name, at);
      if (!found || found.action !== action) return 'wrong';
      const digest = await digestOf([name, found.salt, code], key);
      if (!(await timingSafeEqual(digest, found.digest))) return 'wrong';
      const given = attempt === undefined ? {} : { attempt };
      const use = { account: name, credential: SENT, step: found.step, at, ...given };
      return (await ledger.consume(use)) === 'first' ? 'valid' : 'used';
    },
    forget: (name) => records.remove(name),
  };
}

async function digestOf(parts: string[], key: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const hmac = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, [
    'sign',
  ]);
  const text = encoder.encode(JSON.stringify(['sent code', ...parts]));
  return bytesToHex(new Uint8Array(await crypto.subtle.sign('HMAC', hmac, text)));
}

function randomDigits(count: number): string {
  let digits = '';
  while (digits.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count))) {
      // Of 256 values the first 250 fall evenly on ten digits.
      if (byte < 250) digits += byte % 10;
    }
  }
  return digits.slice(0, count);
}
