/** `pnpm crash:gateway`: 200 times kill -9 in the middle of writing, and nothing answered is undone. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { crashes } from './run.js';
import { crashTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;

const early = await crashes({ subject: 'early', kills: 10, seed: SEED });
const libsql = await crashes({ subject: 'libsql', kills: 200, seed: SEED }, (done) => {
  if (done.kills % 20 === 0) console.log(JSON.stringify(done));
});
const measured: Measured = { seed: SEED, libsql, early };
console.log(crashTable(measured));
saveResults(runNamed('crash'), measured);
if (verdict(measured) !== 'green') process.exitCode = 1;
