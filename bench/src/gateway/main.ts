/** `npm run bench:gateway`: what verifications through a gateway cost on each store, beside a floor. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { measureStore } from './measure.js';
import { STORES } from './store.js';
import { costTable, type GatewayResults } from './table.js';

const ROUNDS = 7;
const CONNECTIONS = 32;
const ACCOUNTS = 100_000;
/** In a round: enough for a second or so. */
const REQUESTS = { memory: 8192, libsql: 2048, postgres: 2048, redis: 2048 };

const results: GatewayResults = { stores: [] };
for (const store of STORES) {
  const size = { requests: REQUESTS[store], connections: CONNECTIONS, accounts: ACCOUNTS };
  const measured = await measureStore({ store, rounds: ROUNDS, ...size });
  results.stores.push(measured);
  console.log(`${costTable({ stores: [measured] })}\n`);
}
saveResults(runNamed('gateway'), results);
