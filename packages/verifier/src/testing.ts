/** Conformance kits: what every ledger and every outbox must show, runnable in any test runner. */
export { type Check, runChecks, same } from './checks.js';
export { type LedgerCheck, ledgerChecks, testLedger } from './ledger-checks.js';
export { type OutboxCheck, outboxChecks, testOutbox } from './outbox-checks.js';
