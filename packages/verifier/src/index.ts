/** Verdict, ruling and ledger in, decision out: local verification whose authority keeps the last word. */
export type { Authority, AuthorityFailure, Ruling, UserStatus } from '@driftlock/api-client';
export { EMPTY_ACCOUNT, type Reduced } from './account-state.js';
export { type Clock, type ClockOptions, createClock, type Readout } from './clock.js';
export { type Credential, keyCredential } from './credential.js';
export type { Accepted, Decision, Rejected } from './decision.js';
export type { Denied } from './deny.js';
export { VerifierError, type VerifierErrorCode } from './errors.js';
export { faultOf, type VerifierEvent } from './events.js';
export { countUse, isLeased, type Leasing, leaseIds, leaseUses } from './lease.js';
export {
  type AccountState,
  type AttemptLimits,
  type Consume,
  type GiveBack,
  type Ledger,
  NOT_HELD,
  type Origin,
  type Take,
  type TakeOptions,
} from './ledger.js';
export { ledgerOver, type Transact } from './ledger-over.js';
export type { VerifyRequest } from './login.js';
export { memoryLedger } from './memory-ledger.js';
export { memoryOutbox } from './memory-outbox.js';
export type { Diagnosed, Resynchronized } from './operator.js';
export type { Denial, Outbox, OutboxRelease, OutboxRow, Settlement } from './outbox.js';
export { claimRow, releaseRow, settleRow } from './outbox-row.js';
export { completePolicy, type Policy } from './policy.js';
export { failureOf } from './question.js';
export { isRecovery, makeRecoveryCodes, type RecoverySet } from './recovery.js';
export type { Reconciled } from './settler.js';
export type { VerifierOptions } from './setup.js';
export { decide, type Facts, type Next } from './table.js';
export { createVerifier, type Verifier } from './verifier.js';
