/** `npm run bench:browser`: what an enqueue costs in each real engine, beside one bare transaction. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { ENGINES, enqueues } from './run.js';
import { enqueueTable, type Measured } from './table.js';

const measured: Measured = { engines: [] };
for (const engine of ENGINES) {
  const enqueued = await enqueues(engine, { rounds: 200, adds: 10, warmUp: 10 });
  if (!enqueued) throw new Error(`${engine} is not on this machine`);
  measured.engines.push(enqueued);
}
console.log(enqueueTable(measured));
saveResults(runNamed('enqueue'), measured);
