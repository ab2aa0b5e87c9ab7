/** A row of the evidence lane, and its life as pure functions: told, answered, dead. */
import type { OutboxRow } from '@driftlock/verifier';

/** What the gateway is to hear of a code that this device accepted alone. It confirms nothing. */
export interface EvidenceRow {
  /** The decision's id. */
  id: string;
  account: string;
  credential: string;
  step: number;
  /** When it was decided. */
  at: number;
  /** The gateway's own decision about the same code, where it had one. */
  decision?: string;
  /** Whether the code itself may have reached the gateway: then it may be us who used the step there. */
  asked?: true;
  /** When it was decided; present until the gateway has answered for it. */
  openSince?: number;
  /** Present where it is not told any more: see `why`. */
  deadSince?: number;
  why?: Dead;
  /** Who is telling it, and until when nobody else may. */
  attempt?: string;
  leaseUntil?: number;
  /** How often it was told without an answer. */
  tries: number;
  /** Whether what it began was ended, because the account or the decision was denied since. */
  revoked?: true;
}

export type Dead =
  /** Somebody else used the step: an alarm. */
  | 'conflict'
  /** Nothing at the gateway has such a step: an alarm. */
  | 'refused'
  /** The gateway can't read it. */
  | 'malformed'
  /** The gateway answered, but not for this one. */
  | 'unanswered'
  /** Nobody could be told in all the time that evidence is kept for. */
  | 'expired';

/** What became of a row that was told; `kept` is told again. */
export type Told = 'recorded' | 'kept' | { dead: Dead };

/** Milliseconds that a tab may take to tell what it leased: well above one request. */
export const LEASE = 60_000;

/**
 * What there is to tell of a decision that has just been settled. Nothing where the gateway confirmed
 * it, nor where it judged this very code and said no.
 */
export function evidenceOf(row: OutboxRow): EvidenceRow | undefined {
  const { id, account, credential, step, decidedAt: at, decision, settlement, denial } = row;
  const asked = decision !== undefined || settlement === 'ambiguous' || row.sent === 'maybe';
  const judged = denial !== 'suspended' && denial !== 'unknown-user';
  if (settlement === 'confirmed' || (settlement === 'contradicted' && judged)) return undefined;
  return {
    ...{ id, account, credential, step, at, openSince: at, tries: 0 },
    ...(decision === undefined ? {} : { decision }),
    ...(asked ? { asked } : {}),
    // Its no was carried out before it was settled.
    ...(settlement === 'contradicted' ? { revoked: true } : {}),
  };
}

/** Whether somebody else is telling it; a lease that lasts longer than any was made by a clock since set back. */
export function isLeased({ leaseUntil }: EvidenceRow, at: number): boolean {
  return leaseUntil !== undefined && leaseUntil > at && leaseUntil <= at + LEASE;
}

/** The row as it is kept; `undefined` where it is done. */
export function afterTelling(row: EvidenceRow, told: Told, at: number): EvidenceRow | undefined {
  if (told === 'recorded') return undefined;
  const { attempt: _attempt, leaseUntil: _lease, ...free } = row;
  return told === 'kept' ? { ...free, tries: row.tries + 1 } : dead(free, told.dead, at);
}

export function dead(row: EvidenceRow, why: Dead, at: number): EvidenceRow {
  const { openSince: _, ...closed } = row;
  return { ...closed, deadSince: at, why };
}

/** A dead row that is to be told once more. */
export function reopened(row: EvidenceRow): EvidenceRow {
  const { deadSince: _dead, why: _why, ...free } = row;
  return { ...free, openSince: row.at, tries: 0 };
}
