/** `pnpm mutate`: breaks the core in every small way, and counts what its tests notice. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { readmes, withTables } from '../tables.js';
import { tryBits } from './bits.js';
import { BITS, CONTROL, HELD, REPORTED } from './files.js';
import { faultsIn, type Measured, type Report, tooLow, triedIn } from './score.js';
import { scoreTable } from './table.js';

const file = join(ROOT, '.stryker-tmp/report.json');
rmSync(file, { force: true });
const mutated = [...HELD, ...REPORTED, CONTROL].join();
execFileSync(
  'pnpm',
  ['exec', 'stryker', 'run', 'bench/mutate/stryker.config.json', '--mutate', mutated],
  { cwd: ROOT, stdio: 'inherit' },
);
const report: Report = JSON.parse(readFileSync(file, 'utf8'));
const bits = BITS.map(({ file, tests }) => [file, tryBits(file, tests)] as const);

const measured: Measured = {
  faults: faultsIn(report),
  stryker: triedIn(report),
  bits: triedIn({ files: Object.fromEntries(bits) }),
};
saveResults(runNamed('mutate'), measured);
// Here too, since a run that ends in 1 or 2 is not followed by anything.
for (const readme of readmes()) writeFileSync(join(ROOT, readme), withTables(readme));
for (const { file, line, code, replacement, why } of [
  ...measured.stryker.unnoticed,
  ...measured.bits.unnoticed,
]) {
  if (!why)
    console.log(`${file}:${line}: ${JSON.stringify(code)} → ${JSON.stringify(replacement)}`);
}
console.log(scoreTable(measured));

const low = tooLow(measured);
if (low.length > 0) console.error(`too low: ${low.join('; ')}`);
if (measured.faults.length > 0) process.exitCode = 2;
else if (low.length > 0) process.exitCode = 1;
