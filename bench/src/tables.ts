/** Writes the tables of the READMEs from the results files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadResults, ROOT } from './results.js';
import { RUNS } from './runs.js';

/** The READMEs that hold tables. */
export function readmes(): string[] {
  return [...new Set(RUNS.flatMap((run) => run.tables.map((table) => table.readme)))];
}

/** A README's text with each of its tables as the results files have it. */
export function withTables(readme: string): string {
  let text = readFileSync(join(ROOT, readme), 'utf8');
  for (const run of RUNS) {
    for (const table of run.tables.filter((other) => other.readme === readme)) {
      const results = loadResults(run.name);
      const body = results ? table.render(results.measured) : `Not run yet: \`${run.command}\`.`;
      text = fill(text, table.name, body.trim());
    }
  }
  return text;
}

function fill(text: string, name: string, body: string): string {
  const opening = `<!-- results:${name} -->`;
  const from = text.indexOf(opening);
  const to = text.indexOf('<!-- /results -->', from);
  if (from < 0 || to < 0) throw new Error(`no place for the table ${name}`);
  return `${text.slice(0, from)}${opening}\n\n${body}\n\n${text.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const readme of readmes()) writeFileSync(join(ROOT, readme), withTables(readme));
}
