/** Every long run: its script, what makes its results stale, and where its tables stand. */

/** A table in a README, between `<!-- results:NAME -->` and `<!-- /results -->`. */
export interface Table {
  name: string;
  /** Relative to the project's folder. */
  readme: string;
  /** The Markdown for what was measured. */
  // biome-ignore lint/suspicious/noExplicitAny: each run knows the shape of its own results.
  render(measured: any): string;
}

export interface Run {
  /** Of the results file, and of the folder under bench/src. */
  name: string;
  /** What to type to run it. */
  command: string;
  /** Files or folders, relative to the project's; a change in them makes the results stale. */
  sources: readonly string[];
  tables: readonly Table[];
}

export const RUNS: readonly Run[] = [];

/** The run of that name. */
export function runNamed(name: string): Run {
  const run = RUNS.find((known) => known.name === name);
  if (!run) throw new Error(`no run is called ${name}`);
  return run;
}
