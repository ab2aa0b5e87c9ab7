/** `npm run race`: one code at two hundred times, over every engine that gateways can share. */
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { race } from './race.js';
import { SUBJECTS } from './subjects.js';
import { type Measured, raceTable } from './table.js';
import { faults, type Raced } from './verdict.js';

/** `node bench/dist/race/main.js 20` plays fewer rounds. */
const rounds = Number(process.argv[2] ?? 500);
const size = {
  clients: 200,
  rounds,
  control: Math.ceil(rounds / 10),
  killed: Math.ceil(rounds / 5),
};
const seed = 12_345;

const engines: Raced[] = [];
for (const start of Object.values(SUBJECTS)) {
  const subject = await start();
  try {
    const raced = await race(subject.field, { ...size, seed });
    console.log(JSON.stringify(raced));
    engines.push(raced);
  } finally {
    await subject.stop();
  }
}
const found = engines.flatMap(faults);
if (found.length > 0) throw new Error(found.join('\n'));
const measured: Measured = { seed, engines };
console.log(raceTable(measured));
saveResults(runNamed('race'), measured);
