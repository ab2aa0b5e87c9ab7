/** The offline side: a device's store, the verifier on it, and the gateway it asks. */
export { type Enrolment, enrol } from './accounts.js';
export { custodyOf, forget, type Held, holdKey, holdPacks } from './custody.js';
export { type DexieLedgerOptions, dexieLedger } from './dexie-ledger.js';
export { type DexieOutboxOptions, dexieOutbox } from './dexie-outbox.js';
export type { Drained } from './drain.js';
export type { SyncOptions } from './drainer.js';
export { discardEvidence, retryEvidence } from './evidence.js';
export type { Dead } from './evidence-row.js';
export { type ExportedEvidence, exportEvidence } from './export-evidence.js';
export {
  type GatewayAuthority,
  type GatewayAuthorityOptions,
  gatewayAuthority,
} from './gateway-authority.js';
export { GatewayError } from './gateway-error.js';
export { type LeaseLeft, leaseOf, type ToldLease, tellLease } from './lease.js';
export {
  createOfflineVerifier,
  type OfflineVerifier,
  type OfflineVerifierOptions,
} from './offline-verifier.js';
export { askToPersist, type Persistence } from './persistence.js';
export type {
  AccountRow,
  CustodyRow,
  EvidenceRow,
  Lease,
  OutboxRecord,
  StoredClock,
  StoredPack,
  SyncRow,
  Tables,
} from './schema.js';
export { type BackgroundSync, drainOnSync } from './service-worker.js';
export { openStore, type Store, type StoreOptions } from './store.js';
export { StoreError, type StoreErrorCode } from './store-error.js';
export { storedClock } from './stored-clock.js';
export { type StoredCredentialsOptions, storedCredentials } from './stored-credentials.js';
export { type Sync, startSync } from './sync.js';
export type { Revoked, SyncEvent } from './sync-event.js';
export { type OutboxView, type WatchedDecision, watchOutbox } from './watch-outbox.js';
