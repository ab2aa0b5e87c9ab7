/** What a caller gets back: plain JSON, no code and no secret in it. */
import type { Diagnosis } from '@driftlock/totp-core';

export type Decision = Accepted | Rejected;

export interface Accepted {
  id: string;
  accepted: true;
  by: 'local' | 'authority';
  /** `provisional`: no authority has said yes yet; it can still be contradicted. */
  standing: 'confirmed' | 'provisional';
  step?: number;
  /** Seconds the authenticator runs ahead of this machine, as one code shows it. */
  offset?: { min: number; max: number };
  /** What is left of the offline budget, of a provisional acceptance. `until` is an instant. */
  left?: { uses: number; until: number };
}

export interface Rejected {
  id: string;
  accepted: false;
  reason:
    | 'malformed'
    | 'throttled'
    | 'locked'
    | 'replayed'
    | 'mismatch'
    | 'suspended'
    | 'unknown-user'
    | 'clock-unsafe'
    | 'unavailable';
  diagnosis?: Diagnosis;
  /** Seconds. */
  retryAfter?: number;
}
