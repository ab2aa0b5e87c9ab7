/** Recovery codes: ten, each good once, for whoever lost their authenticator; the ledger decides. */
import { decodeBase32, generateSecret, TotpError } from '@driftlock/totp-core';
import { unlessBroken } from './deciding.js';
import type { Decision, Rejected } from './decision.js';
import type { VerifyRequest } from './login.js';
import type { Setup } from './setup.js';

/** An account's recovery codes as they are stored: nobody can read a code out of them. */
export interface RecoverySet {
  /** Base32. */
  salt: string;
  codes: { id: string; hash: string }[];
}

const COUNT = 10;
/** Base32 letters: 80 bits, which no guessing reaches, so that one SHA-256 is hash enough. */
const LETTERS = 16;
const BYTES = (LETTERS * 5) / 8;

/**
 * Makes ten recovery codes of 80 bits for an account: `codes` to be shown once, `set` to be stored in
 * place of the one before it.
 *
 * @example
 * const { codes, set } = await makeRecoveryCodes('ana');
 * codes[0]; // 'K7QM-2TXA-VH3E-9…', four groups of four
 */
export async function makeRecoveryCodes(
  account: string,
): Promise<{ codes: string[]; set: RecoverySet }> {
  const salt = generateSecret();
  const made = Array.from({ length: COUNT }, () => generateSecret().slice(0, LETTERS));
  const codes = await Promise.all(
    made.map(async (code) => ({
      id: generateSecret(),
      hash: await hashOf(decodeBase32(code), { account, salt }),
    })),
  );
  return { codes: made.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')), set: { salt, codes } };
}

/** Names the ledger's step of a recovery code, so that a code is used once whoever stores the set. */
const PREFIX = 'recovery:';

/** Whether a credential of the ledger is a recovery code rather than a seed. */
export function isRecovery(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** Decides on a typed recovery code: an attempt is counted first, and a latched account accepts none. */
export async function recover(setup: Setup, request: VerifyRequest): Promise<Decision> {
  return unlessBroken(setup, request, async ({ id, now, clockSafe }) => {
    const { account, code, from } = request;
    const refuse = (reason: Rejected['reason']): Rejected => ({ id, accepted: false, reason });
    const typed = bytesOf(code);
    if (!typed) return refuse('malformed');
    const set = await setup.recovery(account);
    const limits = { at: now, attempts: setup.policy.attempts, ...(from ? { from } : {}) };
    const take = await setup.ledger.take(account, limits);
    if (take.taken !== true) return { id, accepted: false, ...refusalOf(take) };
    const { attempt, state } = take;
    if (state.latch || !clockSafe) {
      // Nothing was compared, so nothing was learned.
      await setup.ledger.giveBack(account, { attempt });
      return refuse(state.latch ? 'unavailable' : 'clock-unsafe');
    }
    const found = set && (await matching(set, { account, typed }));
    if (!found) return refuse('mismatch');
    const use = { account, credential: `${PREFIX}${found}`, step: 1, at: now, attempt };
    if ((await setup.ledger.consume(use)) !== 'first') return refuse('replayed');
    return { id, accepted: true, by: 'local', standing: 'confirmed' };
  });
}

function refusalOf(
  take: { reason: 'throttled'; retryAfter: number } | { reason: 'locked' },
): Pick<Rejected, 'reason' | 'retryAfter'> {
  const { reason, retryAfter } = { retryAfter: undefined, ...take };
  return { reason, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** Letters in any case, spaces and dashes dropped; `undefined` for what can be no recovery code. */
function bytesOf(code: unknown): Uint8Array | undefined {
  if (typeof code !== 'string' || code.length > 4 * LETTERS) return undefined;
  try {
    const bytes = decodeBase32(code);
    return bytes.length === BYTES ? bytes : undefined;
  } catch (error) {
    if (error instanceof TotpError) return undefined;
    throw error;
  }
}

/** The id of the code that was typed; all are compared, and hashes alone, so that time tells nothing. */
async function matching(
  { salt, codes }: RecoverySet,
  { account, typed }: { account: string; typed: Uint8Array },
): Promise<string | undefined> {
  const hash = await hashOf(typed, { account, salt });
  const [found] = codes.filter((stored) => stored.hash === hash);
  return found?.id;
}

async function hashOf(
  code: Uint8Array,
  { account, salt }: { account: string; salt: string },
): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(['recovery code', account, salt]));
  const bytes = new Uint8Array(text.length + code.length);
  bytes.set(text);
  bytes.set(code, text.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
