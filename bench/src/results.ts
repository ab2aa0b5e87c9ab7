/** What a long run measured, kept beside a hash of the sources that it measured. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole project. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A results file: what was measured, of which sources, by which Node. */
export interface Results<Measured = unknown> {
  sources: string;
  node: string;
  measured: Measured;
}

/** One hash over every file that the paths name; a folder stands for all the files in it. */
export function hashSources(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesOf).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Writes what a run measured to `bench/results/<run>.json`. */
export function saveResults(
  run: { name: string; sources: readonly string[] },
  measured: unknown,
): void {
  const results: Results = { sources: hashSources(run.sources), node: process.version, measured };
  writeFileSync(fileOf(run.name), `${JSON.stringify(results, undefined, 2)}\n`);
}

/** What a run last measured; undefined if it never ran. */
export function loadResults<Measured>(name: string): Results<Measured> | undefined {
  const file = fileOf(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function fileOf(name: string): string {
  return join(ROOT, 'bench/results', `${name}.json`);
}

function filesOf(path: string): string[] {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) => filesOf(`${path}/${name}`));
}
