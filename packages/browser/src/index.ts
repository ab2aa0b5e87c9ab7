/** The offline side: a device's store, the verifier on it, and the gateway it asks. */
export { type Enrolment, enrol } from './accounts.js';
export { custodyOf, forget, type Held, holdKey, holdPacks } from './custody.js';
export { type DexieLedgerOptions, dexieLedger } from './dexie-ledger.js';
export { dexieOutbox } from './dexie-outbox.js';
export { type ExportedEvidence, exportEvidence } from './export-evidence.js';
export { type GatewayAuthority, gatewayAuthority } from './gateway-authority.js';
export { GatewayError } from './gateway-error.js';
export type { GatewayAuthorityOptions } from './gateway-exchange.js';
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
export { openStore, type Store, type StoreOptions } from './store.js';
export { StoreError, type StoreErrorCode } from './store-error.js';
export { storedClock } from './stored-clock.js';
export { type StoredCredentialsOptions, storedCredentials } from './stored-credentials.js';
