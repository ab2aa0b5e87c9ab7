/** `npm run bench:gateway`: what verifications through a gateway cost on each store, beside a floor. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { measureStore } from './measure.js';
import { STORES } from './store.js';
import { costTable, type GatewayResults } from './table.js';

/** A gateway runs for days: until it has answered some thousands, V8 still compiles it. */
const WARM_UP = 2;
const ROUNDS = 3;
const CONNECTIONS = 32;
/** Requests in a round, enough for seconds; and accounts for the memory they take: more than the others remember. */
const SIZES = {
  memory: { requests: 4096, accounts: 100_000 },
  libsql: { requests: 3072, accounts: 20_000 },
  postgres: { requests: 3072, accounts: 20_000 },
  redis: { requests: 3072, accounts: 20_000 },
};

const results: GatewayResults = { stores: [] };
for (const store of STORES) {
  const plan = {
    store,
    warmUp: WARM_UP,
    rounds: ROUNDS,
    connections: CONNECTIONS,
    ...SIZES[store],
  };
  const measured = await measureStore(plan);
  results.stores.push(measured);
  console.log(`${costTable({ stores: [measured] })}\n`);
}
saveResults(runNamed('gateway'), results);
