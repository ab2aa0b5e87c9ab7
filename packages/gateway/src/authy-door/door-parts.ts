/** What the door's calls share. */
import type { Clock, VerifierEvent } from '@driftlock/verifier';
import type { Act } from '../audit/event.js';
import type { Parts } from '../parts.js';
import type { Account } from '../stores/stores.js';
import type { Call } from './door.js';
import type { DoorOptions } from './options.js';
import type { People } from './people.js';
import type { DoorEngine } from './records.js';
import { refuse } from './refusals.js';
import { SENT, type SentCodes } from './sent-codes.js';
import type { Settlements } from './settlements.js';
import type { Tally } from './tally.js';
import type { Telling } from './telling.js';

export interface DoorParts extends Omit<Parts, 'door'> {
  /** Opens the door, and signs what it tells. */
  key: string;
  options: DoorOptions;
  engine: DoorEngine;
  clock: Clock;
  tally: Tally;
  people: People;
  sent: SentCodes;
  settlements: Settlements;
  /** Absent where no application is called. */
  telling: Telling | undefined;
  /** Keeps background work alive. */
  defer(work: Promise<unknown>): void;
  /** Tells the operator of what no verifier decided. */
  announce(event: VerifierEvent): void;
}

export interface User {
  /** Authy's id. */
  id: string;
  account: Account;
}

/** Seconds a locked account is told to wait: only its operator can open it. */
export const LOCKED = 3600;

/** An account of the door's own making; no id given over /v1 has a colon. */
export function accountNameOf(user: string): string {
  return `authy:${user}`;
}

/** Who is behind an account that is named for its user, whether it exists or not. */
export function userNamedIn(account: string): string | undefined {
  return /^authy:([1-9][0-9]{0,14})$/.exec(account)?.[1];
}

/** Answers for the user in the path, or says that there is none. */
export async function withUser(
  c: Call,
  { stores, lookups }: DoorParts,
  answer: (user: User) => Response | Promise<Response>,
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  return lookups.during(
    async () => (isUser(id) ? stores.accounts.findByAuthyId(id) : undefined),
    (account) => (account ? answer({ id, account }) : refuse(c, 'unknown-user')),
  );
}

/** Notes in the audit log what is asked for; throws where it can't, because then it is not done. */
export async function noteAct(
  { recorder }: Pick<DoorParts, 'recorder'>,
  account: string,
  act: Act,
): Promise<void> {
  if (!(await recorder.act(account, { act }))) throw new Error('the audit log does not answer');
}

export function isUser(id: string): boolean {
  return /^[1-9][0-9]{0,14}$/.test(id);
}

/** Whether a code of a seed they hold was ever accepted; whether one that was sent to them was. */
export async function acceptedOf(
  { stores }: DoorParts,
  { account }: User,
): Promise<{ seed: boolean; sent: boolean }> {
  const { last } = await stores.ledger.state(account.id);
  const used = (credential: string) => Object.hasOwn(last, credential);
  return { seed: account.held.some(({ credential }) => used(credential)), sent: used(SENT) };
}

/** Whether this machine's clock may say yes by itself, and what it shows. */
export async function readClock({
  clock,
  policy,
}: Pick<DoorParts, 'clock' | 'policy'>): Promise<{ at: number; safe: boolean }> {
  const { at, state } = await clock.read();
  const trusted = state === 'unknown' && policy.clock !== 'witnessed';
  return { at, safe: state === 'safe' || trusted };
}

/** When to come again after what could not be judged: seconds. */
export function soon({ policy }: Pick<DoorParts, 'policy'>): { retryAfter: number } {
  return { retryAfter: policy.liveDeadline / 1000 };
}
