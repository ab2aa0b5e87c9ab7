/** What the audit log holds of each event: plain data, no code, no secret. */
import { type DriftEstimate, predict } from '@driftlock/totp-core';
import type { Decision, VerifierEvent } from '@driftlock/verifier';
import type { EvidenceAlarm } from '../devices/evidence.js';

type Told<Type extends VerifierEvent['type']> = Omit<
  Extract<VerifierEvent, { type: Type }>,
  'at' | 'account'
>;

export type AuditEvent =
  | ({ type: 'decided'; id: string } & Judgement)
  | Told<'settled' | 'latched' | 'unlatched'>
  | Told<'alarm'>
  | ({ type: 'alarm' } & Omit<EvidenceAlarm, 'account'>)
  | Told<'fault'>
  | { type: 'observed'; credential: string; offset: Offset; observations: number }
  /** What the operator asked for, written before it is done. */
  | { type: 'act'; act: Act; device?: string }
  /** The newest entry of chains that grew since the last anchor. */
  | { type: 'anchored'; heads: Head[] }
  /** Events that one gateway could not write. */
  | { type: 'lost'; events: number };

export type Act =
  | 'create'
  | 'delete'
  | 'unlock'
  | 'diagnose'
  | 'resynchronize'
  | 'recovery-codes'
  | 'seed'
  | 'approval'
  | 'device'
  | 'revoke-device';

/** The newest entry of an account's chain. */
export interface Head {
  account: string;
  seq: number;
  hash: string;
}

/** Seconds the authenticator is fast. */
interface Offset {
  min: number;
  best: number;
  max: number;
}

type Judgement =
  | { accepted: true; by: string; standing: string; step?: number }
  | { accepted: false; reason: string; diagnosis?: string };

/** What is written of a verifier's event. */
export function auditEventOf(event: VerifierEvent): AuditEvent {
  const { account: _, at, ...told } = event;
  if (told.type === 'decided') {
    return { type: 'decided', id: told.decision.id, ...judgementOf(told.decision) };
  }
  if (told.type !== 'observed') return told;
  const { type, credential, estimate } = told;
  return { type, credential, ...seenBy(estimate, at) };
}

function judgementOf(decision: Decision): Judgement {
  if (!decision.accepted) {
    const { accepted, reason, diagnosis } = decision;
    return { accepted, reason, ...(diagnosis ? { diagnosis: diagnosis.verdict } : {}) };
  }
  const { accepted, by, standing, step } = decision;
  return { accepted, by, standing, ...(step === undefined ? {} : { step }) };
}

function seenBy(estimate: DriftEstimate, at: number): { offset: Offset; observations: number } {
  const { min, best, max } = predict(estimate, at);
  return { offset: { min, best, max }, observations: estimate.samples.length };
}
