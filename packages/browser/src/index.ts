/** The offline side: a device's store, the verifier on it, and the gateway it asks. */
export { enrol } from './accounts.js';
export { dexieLedger } from './dexie-ledger.js';
export { dexieOutbox } from './dexie-outbox.js';
export { type GatewayAuthority, gatewayAuthority } from './gateway-authority.js';
export { GatewayError } from './gateway-error.js';
export type { GatewayAuthorityOptions } from './gateway-exchange.js';
export {
  createOfflineVerifier,
  type OfflineVerifier,
  type OfflineVerifierOptions,
} from './offline-verifier.js';
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
