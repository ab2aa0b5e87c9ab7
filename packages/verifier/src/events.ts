/** What a verifier tells its operator: plain data, no code, no secret. */
import type { DriftEstimate } from '@driftlock/totp-core';
import type { Decision } from './decision.js';
import type { Settlement } from './outbox.js';

export type VerifierEvent = { at: number; account: string } & (
  | { type: 'decided'; decision: Decision }
  | { type: 'settled'; id: string; settlement: Settlement }
  | { type: 'latched' | 'unlatched'; id: string }
  /**
   * `contradiction`: the authority denies what a held credential says.
   * `replay-after-yes`: the authority accepted a code that had been used here.
   */
  | { type: 'alarm'; id: string; alarm: 'contradiction' | 'replay-after-yes' }
  /** A confirmed code taught what the authenticator's clock shows. */
  | { type: 'observed'; credential: string; estimate: DriftEstimate }
  /** Something the verifier depends on failed; nothing was accepted because of it. */
  | { type: 'fault'; id: string; error: { name: string; code?: string } }
);

/** An error reduced to what can hold no data: its class, and a code that looks like one. */
export function faultOf(error: unknown): { name: string; code?: string } {
  try {
    if (!(error instanceof Error)) return { name: typeof error };
    const { name } = error.constructor;
    const { code } = error as { code?: unknown };
    const constant = typeof code === 'string' && /^[A-Z]+(_[A-Z]+)*$/.test(code);
    return constant ? { name, code } : { name };
  } catch {
    return { name: 'unreadable' };
  }
}
