/** `pnpm crash:browser`: 1,000 histories of a device whose tabs die anywhere; nothing told is undone. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { type Counted, crashRuns } from './run.js';
import { crashBrowserTable, deathsTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;
const RUNS = { ours: 1000, 'removes-first': 200, 'forgets-steps': 100 };

const counted: Partial<Record<keyof typeof RUNS, Counted>> = {};
for (const subject of Object.keys(RUNS) as (keyof typeof RUNS)[]) {
  counted[subject] = await crashRuns(subject, { runs: RUNS[subject], seed: SEED });
  console.log(subject, JSON.stringify(counted[subject]));
}
const measured = { seed: SEED, runs: RUNS, ...counted } as Measured;
console.log(`${crashBrowserTable(measured)}\n\n${deathsTable(measured)}`);
saveResults(runNamed('crash-browser'), measured);
// What dead tabs wait for never comes, but their timers would.
process.exit(verdict(measured) === 'green' ? 0 : 1);
