/** `npm run crash:page`: 500 pages and workers ended while they verify, ask and settle; nothing told is undone. */
import { runtimeNamed } from '@driftlock/conformance/runtimes';
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import type { Place } from './round.js';
import { type Crashes, crashes } from './run.js';
import { crashPageTable, type Measured, verdict } from './table.js';

const SEED = 20_261_123;
const ROUNDS: Record<Place, number> = { page: 300, worker: 100, 'service-worker': 100 };
const CONTROLS = 30;

const chromium = runtimeNamed('chromium').version();
if (chromium === undefined) throw new Error('chromium is not on this machine');
const outbox: Partial<Record<Place, Crashes>> = {};
const removing: Partial<Record<Place, Crashes>> = {};
for (const place of Object.keys(ROUNDS) as Place[]) {
  const plan = { place, seed: SEED };
  removing[place] = await crashes({ ...plan, subject: 'removing', rounds: CONTROLS });
  outbox[place] = await crashes({ ...plan, subject: 'outbox', rounds: ROUNDS[place] });
  console.log(place, JSON.stringify({ outbox: outbox[place], removing: removing[place] }));
}
const measured = { seed: SEED, chromium, outbox, removing } as Measured;
console.log(crashPageTable(measured));
saveResults(runNamed('crash-page'), measured);
if (verdict(measured) !== 'green') process.exitCode = 1;
