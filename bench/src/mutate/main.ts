/** `npm run mutate`: breaks the core in every small way, and counts what its tests notice. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { readmes, withTables } from '../tables.js';
import { tryBits } from './bits.js';
import { equivalentTo } from './equivalent.js';
import { BITS, HELD, REPORTED } from './files.js';
import { faultsIn, type Measured, type Tried, tooLow, triedIn } from './score.js';
import { tryStryker } from './stryker.js';
import { scoreTable } from './table.js';

const faults: string[] = [];
const [stryker, bits] = [none(), none()];
for (const target of [...HELD, ...REPORTED]) {
  const report = tryStryker(target);
  faults.push(...faultsIn(report).map((fault) => `${target.file}: ${fault}`));
  add(stryker, triedIn(report));
}
for (const target of BITS) add(bits, triedIn(tryBits(target)));

const measured: Measured = { faults, stryker, bits };
saveResults(runNamed('mutate'), measured);
// Here too, since a run that ends in 1 or 2 is not followed by anything.
for (const readme of readmes()) writeFileSync(join(ROOT, readme), withTables(readme));
console.log(scoreTable(measured));

const low = tooLow(measured);
if (low.length > 0) console.error(`too low: ${low.join('; ')}`);
if (faults.length > 0) process.exitCode = 2;
else if (low.length > 0) process.exitCode = 1;

function none(): Tried {
  return { scores: [], unnoticed: [] };
}

/** Tells, too, of what nobody has looked at yet. */
function add(all: Tried, one: Tried): void {
  all.scores.push(...one.scores);
  all.unnoticed.push(...one.unnoticed);
  for (const score of one.scores) console.error(JSON.stringify(score));
  for (const mutant of one.unnoticed) {
    if (equivalentTo(mutant) === undefined) console.error(JSON.stringify(mutant));
  }
}
