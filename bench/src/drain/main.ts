/** `npm run drain`: five tabs tell 10,000 rows, each exactly once, on a bad line; and what that costs. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { type Drained, drainOnce, type Plan, type Subject } from './run.js';
import { drainTable, exactlyOnceTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;
const SHARE = 0.05;
const ROUNDS = 5;
const PLAN: Plan = { accounts: 100, each: 100, tabs: 5, faults: { share: 0, seed: SEED } };

async function measured<S extends Subject>(
  subjects: readonly S[],
  plan: Plan,
): Promise<Record<S, Drained>> {
  const all: Partial<Record<S, Drained>> = {};
  for (const subject of subjects) {
    all[subject] = await drainOnce(subject, plan);
    console.log(subject, JSON.stringify(all[subject]));
  }
  return all as Record<S, Drained>;
}

const faults = { share: SHARE, seed: SEED };
const bad = await measured(['ours', 'removing first', 'renaming'], { ...PLAN, faults });
const good = [];
for (let round = 0; round < ROUNDS; round++) {
  // Whoever is first in a process waits for its code to be compiled.
  const order = ['bare', 'ours', 'ours with locks'] as const;
  good.push(await measured(round % 2 === 0 ? order : order.toReversed(), PLAN));
}
const results: Measured = { seed: SEED, tabs: PLAN.tabs, share: SHARE, bad, good };
console.log(`${exactlyOnceTable(results)}\n\n${drainTable(results)}`);
saveResults(runNamed('drain'), results);
if (verdict(results) !== 'green') process.exitCode = 1;
