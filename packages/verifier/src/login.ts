/** One verification under way: what was asked, and what has been found out so far. */
import type { Asked } from './asked.js';
import type { Readout } from './clock.js';
import type { Comparison } from './compare.js';
import type { Credential } from './credential.js';
import type { Explain } from './explain.js';
import type { AccountState, Origin } from './ledger.js';
import type { Settler } from './settler.js';
import type { Setup } from './setup.js';

export interface VerifyRequest {
  account: string;
  /** As typed. */
  code: string;
  /** When it was typed, in Unix milliseconds. @default now */
  at?: number;
  /** Where it was typed: give it always or never. @default every attempt is the account's own */
  from?: Origin;
  signal?: AbortSignal;
}

export interface Login extends VerifyRequest {
  id: string;
  at: number;
  /** This machine's clock, which alone counts as time. */
  now: number;
  clock: Readout;
  held: Credential[];
  user: string;
  attempt: number;
  /** The account when the attempt was taken, before anybody was asked. */
  state: AccountState;
  comparison: Comparison;
  /** The authority's own decision, where it answered `pending`. */
  decision?: string;
}

/** What every login of one verifier shares. */
export interface Shared {
  setup: Setup;
  settler: Settler;
  explain: Explain;
  asked: Asked;
}
