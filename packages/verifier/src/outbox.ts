/**
 * Provisional decisions that are still to be settled. A row is durable before its decision is
 * returned, claimed before its code is sent, and loses its digits when it settles, at the latest on its first turn after its code died.
 */
import type { Ruling } from '@driftlock/api-client';

export interface Outbox {
  /** Resolves once the row is durable. */
  add(row: OutboxRow): Promise<void>;
  /**
   * Takes an unsettled row for one question until `until`, marking it as possibly sent;
   * `undefined` where it is settled, unknown or taken by another.
   */
  claim(id: string, options: { at: number; until: number }): Promise<OutboxRow | undefined>;
  /** Ends a claim: how the question went. */
  release(id: string, outcome: OutboxRelease): Promise<void>;
  /** Settles a row, once, and erases its digits; `false` where it was settled before. */
  settle(id: string, settlement: Settlement, at: number): Promise<boolean>;
  /** Unsettled rows, oldest first. */
  open(): Promise<OutboxRow[]>;
  /** `undefined` where the id names no provisional decision. */
  find(id: string): Promise<OutboxRow | undefined>;
}

export type Denial = Extract<Ruling, { ruling: 'invalid' }>['reason'];

export type Settlement = 'confirmed' | 'contradicted' | 'ambiguous' | 'lapsed';

export type OutboxRelease =
  /** The authority said no; what follows from it is still to be done. */
  | { sent: 'denied'; denial: Denial }
  /** Provably not sent: it may be asked again while the code lives. */
  | { sent: 'no' }
  /** Possibly sent, the answer lost: asked again only where the authority allows repeats. */
  | { sent: 'maybe' }
  /** The authority has it and has not decided: its decision is polled. */
  | { sent: 'pending'; decision: string };

export interface OutboxRow {
  /** The decision's id. */
  id: string;
  account: string;
  user: string;
  credential: string;
  step: number;
  /** When the code was typed. */
  at: number;
  /** When it was decided, by this machine's clock. */
  decidedAt: number;
  /** Until when the authority would accept the code, by this machine's clock. */
  deadline: number;
  /** The digits; absent once the row is settled, or the authority holds or denied the code. */
  code?: string;
  /** `asking` while a claim is held; found with its claim run out, it counts as `maybe`. */
  sent: 'no' | 'asking' | 'maybe' | 'pending' | 'denied';
  /** Whether a question about this row was ever `down` or lost, so that "reused" proves nothing. */
  retried: boolean;
  /** The authority's own decision, where it answered `pending`. */
  decision?: string;
  /** Why the authority said no, until that is carried out. */
  denial?: Denial;
  claimedUntil?: number;
  settlement?: Settlement;
  settledAt?: number;
}
