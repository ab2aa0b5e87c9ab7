/** The gateway as one fetch handler, for any runtime; Node's server is in ./node. */
export { type Anchor, type Audit, type AuditOptions, createAudit } from './audit/audit.js';
export type { Entry } from './audit/entry.js';
export type { Act, AuditEvent, Head } from './audit/event.js';
export {
  type AuditReport,
  type ChainReport,
  type Fault,
  verifyAudit,
} from './audit/verify-audit.js';
export type { Delivery, DoorOptions } from './authy-door/options.js';
export type { Callbacks } from './authy-door/telling.js';
export { type Breaker, type BreakerOptions, type CircuitState, createBreaker } from './breaker.js';
export { restoreUsers } from './emulated.js';
export { memoryEngine } from './engines/memory.js';
export { createGateway, type Gateway } from './gateway.js';
export type { GatewayOptions } from './options.js';
export type { RequestLine } from './request-log.js';
export type { Cell, Cells, Engine, Listed, Marks, Page, Place, Swap } from './stores/engine.js';
export { ledgerOverCells } from './stores/ledger.js';
export { memoryStores } from './stores/memory-stores.js';
export { type RecoveryStore, recoveryOver } from './stores/recovery-store.js';
export type { ClaimTimes, KeyedRequest, RequestStore } from './stores/request-store.js';
export { resealAll } from './stores/reseal.js';
export type { SealKey, SealOptions } from './stores/seal.js';
export { checkSeal } from './stores/seal-check.js';
export { StoreError, type StoreErrorCode } from './stores/store-error.js';
export type {
  Account,
  AccountStore,
  DecisionRecord,
  DecisionStore,
  DriftStore,
  HeldSeed,
  NewAccount,
  Seed,
  Stores,
} from './stores/stores.js';
export { type StoresOptions, storesOver } from './stores/stores-over.js';
