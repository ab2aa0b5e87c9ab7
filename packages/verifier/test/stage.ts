/** A stage for the verifier: a clock to move, a phone to read, an authority that says what it is told. */
import { importKey, type TotpKey, type TotpParams, totp } from '@driftlock/totp-core';
import {
  type Authority,
  type Credential,
  createVerifier,
  keyCredential,
  type Ledger,
  memoryLedger,
  memoryOutbox,
  type Outbox,
  type Policy,
  type Ruling,
  type UserStatus,
  type Verifier,
  type VerifierEvent,
} from '../src/index.js';

/** The middle of a 30 s step, and of a 10 s one. */
export const AT = 1_800_000_015_000;

export const SECRET: Uint8Array = new TextEncoder().encode('12345678901234567890');

export function key(params: TotpParams = {}, secret: Uint8Array = SECRET): TotpKey {
  return importKey(secret, params);
}

export class Failure extends Error {
  readonly kind: string;
  constructor(kind: string) {
    super('no ruling was had');
    this.kind = kind;
  }
}

type Said = Ruling | 'down' | 'ambiguous' | 'refused' | (() => Promise<Ruling>);

export interface ScriptedAuthority extends Authority {
  /** What it says next, again and again for the last one. */
  script: Said[];
  asked: { user: string; code: string; id: string }[];
  userStatus: UserStatus | 'down';
  repeatable?: boolean;
}

export function scripted(...script: Said[]): ScriptedAuthority {
  const authority: ScriptedAuthority = {
    script,
    asked: [],
    userStatus: 'active',
    async verify({ user, code, id }) {
      authority.asked.push({ user, code, id });
      const [said] = authority.script;
      if (authority.script.length > 1) authority.script.shift();
      if (said === undefined) throw new Error('not scripted');
      if (typeof said === 'string') throw new Failure(said);
      return typeof said === 'function' ? said() : said;
    },
    async status() {
      if (authority.userStatus === 'down') throw new Failure('down');
      return authority.userStatus;
    },
  };
  return authority;
}

export const YES: Ruling = { ruling: 'valid' };
export const no = (
  reason: 'mismatch' | 'reused' | 'unknown-user' | 'suspended' = 'mismatch',
): Ruling => ({ ruling: 'invalid', reason });

export interface Stage {
  verifier: Verifier;
  ledger: Ledger;
  outbox: Outbox;
  events: VerifierEvent[];
  revoked: { id: string; account: string }[];
  background: Promise<unknown>[];
  /** This machine's clock. */
  clock: { now: number };
  /** The code of the phone, read `offset` seconds off the right time. */
  code(offset?: number): string;
  type(code: string, account?: string): ReturnType<Verifier['verify']>;
}

export interface StageOptions {
  policy?: Partial<Policy>;
  authority?: ScriptedAuthority;
  params?: TotpParams;
  held?: Credential[];
  ledger?: Ledger;
  outbox?: Outbox;
  user?: (account: string) => Promise<string | undefined>;
  credentials?: (account: string) => Promise<Credential[]>;
  inline?: boolean;
}

export function stage(options: StageOptions = {}): Stage {
  const { params = {}, ledger = memoryLedger(), outbox = memoryOutbox() } = options;
  const phone = key(params);
  const clock = { now: AT };
  const events: VerifierEvent[] = [];
  const revoked: { id: string; account: string }[] = [];
  const background: Promise<unknown>[] = [];
  const held = options.held ?? [keyCredential({ id: 'phone', key: phone })];
  const verifier = createVerifier({
    credentials: options.credentials ?? (async () => held),
    ...(options.user ? { user: options.user } : {}),
    ...(options.authority ? { authority: options.authority } : {}),
    ledger,
    outbox,
    policy: { mode: 'local-first', ...options.policy },
    now: () => clock.now,
    ...(options.inline ? {} : { defer: (work) => background.push(work) }),
    onEvent: (event) => events.push(event),
    onRevoke: (who) => void revoked.push(who),
  });
  return {
    verifier,
    ledger,
    outbox,
    events,
    revoked,
    background,
    clock,
    code: (offset = 0) => totp(phone, { at: clock.now + offset * 1000 }),
    type: (code, account = 'ana') => verifier.verify({ account, code }),
  };
}
