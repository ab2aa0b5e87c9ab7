/** `npm run crash:page`: 300 pages ended while they verify, ask and settle; nothing told is undone. */
import { runtimeNamed } from '@driftlock/conformance/runtimes';
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { crashes } from './run.js';
import { crashPageTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;

const chromium = runtimeNamed('chromium').version();
if (chromium === undefined) throw new Error('chromium is not on this machine');
const removing = await crashes({ subject: 'removing', rounds: 30, seed: SEED });
const outbox = await crashes({ subject: 'outbox', rounds: 300, seed: SEED });
const measured: Measured = { seed: SEED, chromium, outbox, removing };
console.log(crashPageTable(measured));
saveResults(runNamed('crash-page'), measured);
if (verdict(measured) !== 'green') process.exitCode = 1;
