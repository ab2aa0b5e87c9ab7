/** `pnpm simulate`, in part: how near the drift estimates come, and how far they can be walked. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { missed, run } from './run.js';

const measured = run({ seed: 20261123, trials: 10_000 });
saveResults(runNamed('simulate'), measured);
for (const claim of missed(measured)) {
  console.error(`missed: ${claim}`);
  process.exitCode = 1;
}
