/** `pnpm crash:peers`: 100 histories each of ours and of what people use, under the same deaths. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { type Counted, peerRuns, SUBJECTS, type Subject } from './run.js';
import { crashPeersTable, lossesTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;
const RUNS = 100;

const counted: Partial<Record<Subject, Counted>> = {};
for (const subject of Object.keys(SUBJECTS) as Subject[]) {
  counted[subject] = await peerRuns(subject, { runs: RUNS, seed: SEED });
  console.log(subject, JSON.stringify(counted[subject]));
}
const measured: Measured = {
  seed: SEED,
  runs: RUNS,
  counted: counted as Record<Subject, Counted>,
};
console.log(`${crashPeersTable(measured)}\n\n${lossesTable(measured)}`);
saveResults(runNamed('crash-peers'), measured);
// What dead tabs wait for never comes, but their timers would.
process.exit(verdict(measured) === 'green' ? 0 : 1);
