/** One engine's enqueues beside its floor, interleaved in one page. */
import { fileURLToPath } from 'node:url';
import { reportOf } from '@driftlock/conformance/conform';
import { type Runtime, runtimeNamed } from '@driftlock/conformance/runtimes';
import { build } from 'esbuild';

export interface Plan {
  rounds: number;
  /** In a round, of each. */
  adds: number;
  /** Rounds that are not counted. */
  warmUp: number;
}

/** One round, in milliseconds. */
export interface Timed {
  own: number;
  floor: number;
}

export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type Engine = (typeof ENGINES)[number];

export interface Enqueued {
  engine: string;
  version: string;
  plan: Plan;
  /** Enqueues in the time of as many floors: median, and the quartiles around it. */
  share: { low: number; median: number; high: number };
  /** One floor, in milliseconds. */
  floor: number;
}

/** `undefined` where the engine is not on this machine. */
export async function enqueues(engine: Engine, plan: Plan): Promise<Enqueued | undefined> {
  const runtime: Runtime = runtimeNamed(engine);
  const version = runtime.version();
  if (version === undefined) return undefined;
  const timed = await reportOf<Timed[]>(runtime, {
    limit: 570_000,
    bundleTo: (outfile) => bundlePage(plan, outfile),
  });
  const shares = timed.map(({ own, floor }) => floor / own).sort((a, b) => a - b);
  const floors = timed.map(({ floor }) => floor / plan.adds).sort((a, b) => a - b);
  const share = { low: at(shares, 0.25), median: at(shares, 0.5), high: at(shares, 0.75) };
  return { engine: runtime.title, version, plan, share, floor: at(floors, 0.5) };
}

async function bundlePage(plan: Plan, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('../../dist/enqueue/page.js', import.meta.url))],
    outfile,
    format: 'esm',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    define: { PLAN: JSON.stringify(plan) },
    logLevel: 'silent',
  });
}

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.floor(quantile * (sorted.length - 1))] ?? Number.NaN;
}
