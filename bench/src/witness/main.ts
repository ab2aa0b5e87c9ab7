/** `pnpm witness`: how close the dates of answers come to this machine's true offset. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { simulate } from './simulate.js';
import { type Measured, witnessTable } from './table.js';

const SEED = 12_345;
const TRIALS = 3000;

const cells = [20, 100, 300].flatMap((roundTrip) =>
  [1, 4, 16, 64].map((probes) => simulate({ roundTrip, probes, trials: TRIALS }, SEED)),
);
const measured: Measured = { seed: SEED, cells };
console.log(witnessTable(measured));
saveResults(runNamed('witness'), measured);
