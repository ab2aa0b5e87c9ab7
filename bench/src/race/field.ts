/** Where a race is run: two gateways over one engine that can be held, let go together, and killed. */
import type { AccountState } from '@driftlock/verifier';

export interface Field {
  engine: string;
  /** Starts the gateways; with `control`, over the ledger that has to fail. */
  open(options: { control: boolean }): Promise<Gateways>;
}

export interface Gateways {
  /** Where each answers now. */
  urls(): string[];
  /** Resolves once every gateway lets requests come as far as consume, and no further. */
  hold(each: number, options?: { dies?: boolean }): Promise<void>;
  /** Resolves once `each` of them wait in every gateway. */
  full(): Promise<void>;
  letGo(): void;
  /** At some instant, or (after `dies`) whoever holds the winner, before it can say so. */
  kill(when: { after: number } | 'winner'): Promise<void>;
  /** Those that were not killed. */
  left(): string[];
  /** Starts again what was killed. */
  revive(): Promise<void>;
  /** What the engine itself knows of an account. */
  state(account: string): Promise<AccountState>;
  close(): Promise<void>;
}

/** Opens every gateway's routes. */
export const OPERATOR = 'operator-of-the-race';
export const GATEWAYS = 2;
/** A round has more attempts than a person: neither limit nor lock may decide it. */
export const POLICY = {
  mode: 'local-first',
  attempts: { limit: 1000, per: 900, lock: 1000 },
  // Waiting at the barrier is no fault of the store's.
  liveDeadline: 60_000,
} as const;
