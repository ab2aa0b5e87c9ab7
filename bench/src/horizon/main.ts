/** `npm run horizon`: what a horizon pack costs to issue, and one code of it to crack. */
import { availableParallelism } from 'node:os';
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { measureHorizon } from './measure.js';
import { horizonTable } from './table.js';

const cores = availableParallelism();
const measured = await measureHorizon({ iterations: 600_000, packs: 9, cores });
saveResults(runNamed('horizon'), measured);
console.log(horizonTable(measured));
