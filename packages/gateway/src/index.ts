/** The gateway as one fetch handler, for any runtime; Node's server is in ./node. */
export { createGateway, type Gateway } from './gateway.js';
export { memoryStores } from './memory-stores.js';
export type { GatewayOptions } from './options.js';
export type {
  Account,
  AccountStore,
  DecisionRecord,
  DecisionStore,
  DriftStore,
  NewAccount,
  Seed,
  Stores,
} from './stores.js';
