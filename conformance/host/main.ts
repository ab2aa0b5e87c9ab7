/**
 * The suite in every runtime, or in those named: `node conformance/dist/host/main.js [NAME...]`.
 * `--control` runs the controls instead; of all runtimes what was shown is kept, and told in a
 * README. `--json` only prints the outcomes, as JSON.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SUITE } from '../suite/suite.js';
import { conform } from './conform.js';
import { CONTROLS, runControl, shownBy } from './control.js';
import { isGreen, type Outcome, ranOf, sayOutcome } from './report.js';
import { RUNTIMES, type Runtime, runtimeNamed } from './runtimes.js';
import { CONTROL_TABLE, RUNTIMES_TABLE, save } from './tables.js';

const TITLES = SUITE.map(({ title }) => title);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    control: { type: 'boolean' },
  },
});
const all = positionals.length === 0;
const names = all ? RUNTIMES.map(({ name }) => name) : positionals;
// The runtimes are in groups of their own, which no Ctrl-C reaches.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
await (values.control ? control() : run());

async function run(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const runtime of names.map(runtimeNamed)) {
    const outcome = await outcomeIn(runtime);
    outcomes.push(outcome);
    if (!values.json) console.log(sayOutcome(outcome));
  }
  if (values.json) console.log(JSON.stringify(outcomes));
  if (!outcomes.every(isGreen)) process.exitCode = 1;
  else if (all && !values.json) save(ROOT, RUNTIMES_TABLE, ranOf(outcomes, TITLES));
}

async function outcomeIn(runtime: Runtime): Promise<Outcome> {
  const { name, title } = runtime;
  const version = runtime.version();
  if (version === undefined) return { name, title, results: [] };
  try {
    return { name, title, version, results: await conform(runtime) };
  } catch (error) {
    return { name, title, version, results: [], broken: (error as Error).message };
  }
}

async function control(): Promise<void> {
  const shown = [];
  for (const each of CONTROLS) {
    const outcomes = await runControl(each, names);
    console.log(`\n${each.room}: ${each.line}`);
    for (const outcome of outcomes) console.log(sayOutcome(outcome));
    shown.push(shownBy(each, outcomes));
  }
  if (all) save(ROOT, CONTROL_TABLE, shown);
}
