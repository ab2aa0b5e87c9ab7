/** `pnpm bench`: ours beside others in one interleaved run, and what we do to noble. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Algorithm } from '@driftlock/totp-core';
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { CELLS, FLOOR, timedByPosition, timedFor } from './cells.js';
import { interleave, median, pairedRatio, type Rounds } from './measure.js';
import { AT, versions } from './subjects.js';
import { type SpeedResults, speedTable, targetsTable } from './table.js';

const ROUNDS = 41;
const PAIRS = 15;
const ALGORITHMS: Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];
const WITH_SPREAD = ['driftlock', 'otpauth (Node)', 'otplib'];

// Two of the libraries ask the clock themselves.
globalThis.Date = class extends Date {
  constructor() {
    super(AT);
  }
  static override now(): number {
    return AT;
  }
} as DateConstructor;

const cells: SpeedResults['cells'] = [];
for (const algorithm of ALGORITHMS) {
  for (const cell of CELLS) {
    const rounds = await interleave(await timedFor(algorithm, cell), cell.steps > 100 ? 7 : ROUNDS);
    cells.push({ algorithm, cell: cell.name, libraries: summarize(rounds) });
  }
}
const spread = [];
for (const name of WITH_SPREAD) {
  const rounds = await interleave(timedByPosition('SHA1', name), 3 * ROUNDS);
  spread.push({ name, ...spreadOf(rounds) });
}
const results: SpeedResults = {
  rounds: ROUNDS,
  versions: versions(),
  cells,
  spread,
  firstCode: pairOfProcesses('first'),
  nobleAfterUs: pairOfProcesses('after'),
};
saveResults(runNamed('speed'), results);
console.log(`${speedTable(results)}\n\n${targetsTable(results)}`);

function summarize(rounds: Rounds): SpeedResults['cells'][number]['libraries'] {
  return Object.entries(rounds).map(([name, times]) => ({
    name,
    nanoseconds: Math.round(median(times)),
    ofOurs: pairedRatio(times, rounds.driftlock!),
    ofFloor: pairedRatio(times, rounds[FLOOR]!),
  }));
}

function spreadOf(rounds: Rounds): { spread: number; positions: Record<string, number> } {
  const middles = Object.entries(rounds).map(([name, times]) => [name, median(times)] as const);
  const values = middles.map(([, value]) => value);
  const spread = (Math.max(...values) - Math.min(...values)) / median(values);
  return { spread, positions: Object.fromEntries(middles.map(([n, v]) => [n, Math.round(v)])) };
}

/** A figure of fresh processes with us, in units of the same without us: the median of pairs. */
function pairOfProcesses(question: 'first' | 'after'): number {
  const script = fileURLToPath(new URL('fresh.js', import.meta.url));
  const ask = (who: 'noble' | 'driftlock'): number => {
    const { stdout, status } = spawnSync(process.execPath, [script, question, who]);
    if (status !== 0) throw new Error(`a fresh process could not answer ${question}`);
    return Number(stdout);
  };
  return median(Array.from({ length: PAIRS }, () => ask('driftlock') / ask('noble')));
}
