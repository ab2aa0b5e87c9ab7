/** The tables of the READMEs, from what the last runs left in `results/`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderShown } from './control.js';
import { renderRan } from './report.js';

export interface Table {
  /** Relative to the project's folder, as is `readme`. */
  results: string;
  readme: string;
  /** It stands between `<!-- NAME -->` and `<!-- /NAME -->`. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each table knows the shape of its own results.
  render(results: any): string;
}

export const RUNTIMES_TABLE: Table = {
  results: 'conformance/results/runtimes.json',
  readme: 'README.md',
  name: 'runtimes',
  render: renderRan,
};

export const CONTROL_TABLE: Table = {
  results: 'conformance/results/control.json',
  readme: 'conformance/README.md',
  name: 'control',
  render: renderShown,
};

/** The README's text with the table as the results file has it. */
export function withTable(root: string, { results, readme, name, render }: Table): string {
  const text = readFileSync(join(root, readme), 'utf8');
  const [from, to] = [text.indexOf(`<!-- ${name} -->`), text.indexOf(`<!-- /${name} -->`)];
  if (from < 0 || to < from) throw new Error(`${readme} has no place for the table ${name}`);
  const body = render(JSON.parse(readFileSync(join(root, results), 'utf8')));
  return `${text.slice(0, from)}<!-- ${name} -->\n\n${body}\n\n${text.slice(to)}`;
}

/** Keeps what a run showed, and writes its table. */
export function save(root: string, table: Table, results: unknown): void {
  writeFileSync(join(root, table.results), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(root, table.readme), withTable(root, table));
}
