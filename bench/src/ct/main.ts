/** `pnpm ct`: times every pair of classes in processes of their own, and counts instructions. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { readmes, withTables } from '../tables.js';
import { CASES } from './cases.js';
import { countInstructions, whyNotCounted } from './instructions.js';
import type { Outcome } from './measure.js';
import { instructionTable, summary, timingTable } from './table.js';
import { judge, medianT, type Report, type Timed } from './verdict.js';

const RUNS = 3;
const script = fileURLToPath(new URL('measure.js', import.meta.url));

const timed: Timed[] = CASES.map(({ name, kind, classes: [zero, one], samples, inner }) => {
  return { name, kind, zero, one, samples, inner, runs: [] };
});
for (let run = 0; run < RUNS; run++) {
  for (const [i, item] of timed.entries()) item.runs.push(timeOnce(item.name, 1000 * run + i));
  console.error(`timed ${run + 1} of ${RUNS}`);
}
for (const item of timed) console.error(`${medianT(item).toFixed(1).padStart(7)}  ${item.name}`);

const report: Report = { timed, counted: whyNotCounted() ?? (await counted()) };
saveResults(runNamed('ct'), report);
// Here too, since a run that ends in 1 or 2 is not followed by anything.
for (const readme of readmes()) writeFileSync(join(ROOT, readme), withTables(readme));
console.log(`${timingTable(report)}\n\n${instructionTable(report)}\n\n${summary(report)}`);

const { invalid, leaks } = judge(report);
if (invalid.length > 0) process.exitCode = 2;
else if (leaks.length > 0) process.exitCode = 1;

function timeOnce(name: string, seed: number): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', script, name, String(seed)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${name} could not be timed: ${stderr}`);
  return JSON.parse(stdout);
}

async function counted(): Promise<Report['counted']> {
  try {
    return await countInstructions(join(ROOT, 'packages/totp-core/dist/index.js'));
  } catch (error) {
    return error instanceof Error ? error.message : 'it failed';
  }
}
