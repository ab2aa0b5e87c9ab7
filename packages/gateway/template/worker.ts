export { default, EngineObject, LedgerObject } from '@driftlock/gateway/worker';
