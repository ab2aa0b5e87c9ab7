/** `pnpm simulate`, in part: how often a diagnosis is right, and how often it thinks it is. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { isTold, simulate } from './run.js';

const measured = simulate({ seed: 20261123, wide: 1500, near: 10_000, blind: 1500, known: 1000 });
saveResults(runNamed('diagnose'), measured);

/** Of each failure that two codes tell, so many are told right. */
const AIM = 0.99;
for (const row of [...measured.wide, ...measured.near, ...measured.known].filter(isTold)) {
  if (row.second.right >= AIM * row.trials) continue;
  console.error(`too often wrong with two codes: ${row.name}`);
  process.exitCode = 1;
}
