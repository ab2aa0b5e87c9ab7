/** `npm run worker`: what the gateway weighs as a Worker, and how long its first answer takes. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { measureWorker } from './measure.js';
import { workerTable } from './table.js';

const measured = await measureWorker({ rounds: 21 });
saveResults(runNamed('worker'), measured);
console.log(workerTable(measured));
