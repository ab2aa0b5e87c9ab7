/** Cloudflare Durable Objects: the ledger as one object for each account, the rest as one object. */
export type { ObjectNamespace, ObjectState } from './durable-objects-call.js';
export { durableObjectEngine, EngineObject } from './durable-objects-engine.js';
export { durableObjectLedger, LedgerObject } from './durable-objects-ledger.js';
