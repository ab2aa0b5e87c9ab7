/** One verification under way: what was asked, and what has been found out so far. */
import type { Comparison } from './compare.js';
import type { Credential } from './credential.js';
import type { Explain } from './explain.js';
import type { AccountState } from './ledger.js';
import type { Settler } from './settler.js';
import type { Setup } from './setup.js';

export interface VerifyRequest {
  account: string;
  /** As typed. */
  code: string;
  /** When it was typed, in Unix milliseconds. @default now */
  at?: number;
  signal?: AbortSignal;
}

/** One verification under way. */
export interface Login extends VerifyRequest {
  id: string;
  at: number;
  /** This machine's clock, which alone counts as time. */
  now: number;
  clockSafe: boolean;
  held: Credential[];
  user: string;
  attempt: number;
  state: AccountState;
  comparison: Comparison;
  /** When the authority was asked. */
  asked: number;
}

export interface Rooms {
  setup: Setup;
  settler: Settler;
  explain: Explain;
}
