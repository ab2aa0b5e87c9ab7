/** Names the long runs whose sources changed since; with `--fail`, exits 1 if there are any. */
import { pathToFileURL } from 'node:url';
import { hashSources, loadResults } from './results.js';
import { RUNS, type Run } from './runs.js';

/** The runs whose results are missing, or of other sources than today's. */
export function staleRuns(runs: readonly Run[] = RUNS): Run[] {
  return runs.filter((run) => loadResults(run.name)?.sources !== hashSources(run.sources));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const stale = staleRuns();
  for (const { name, command } of stale) console.log(`out of date: ${name} (${command})`);
  if (stale.length === 0) console.log('results: every long run is of these sources');
  else if (process.argv.includes('--fail')) process.exitCode = 1;
}
