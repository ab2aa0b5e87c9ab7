/** What a sync tells its application: plain data, no code, no token. */
import type { Dead } from './evidence-row.js';

export type SyncEvent =
  /** A claim that the gateway took for a second use of its step, or for none at all. */
  | { type: 'alarm'; account: string; id: string; alarm: 'claimed-twice' | 'claim-refused' }
  /** Evidence that is not told any more; it stays in the store until it is retried or discarded. */
  | { type: 'dead'; account: string; id: string; why: Dead }
  /** The account or decisions of it were denied: what they began has been ended. */
  | { type: 'revoked'; account: string; ids: string[]; why: Revoked }
  /** Nothing is sent for the account until there is another token. */
  | { type: 'paused'; account: string }
  /** Something here failed; it is tried again. */
  | { type: 'fault'; account?: string; error: { name: string; code?: string } };

export type Revoked = 'suspended' | 'unknown' | 'device-revoked' | 'contradicted';
