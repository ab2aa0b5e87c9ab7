/** The Worker's template beside a Worker that does nothing: bytes, and time to the first answer. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startWorkers, type Workers } from '../race/servers/workerd.js';
import { ROOT } from '../results.js';
import { median } from '../speed/measure.js';

export interface WorkerResults {
  /** Bytes, minified and gzipped. */
  gzip: number;
  rounds: number;
  /** Of the medians, from the start of workerd to the first answer: the gateway's by the empty Worker's. */
  coldStart: number;
  /** The same, of the second answer. */
  warm: number;
}

const TEMPLATE = join(ROOT, 'packages/gateway/template/worker.ts');

/** In turns, so that what else the machine does befalls both. */
export async function measureWorker({ rounds }: { rounds: number }): Promise<WorkerResults> {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-worker-'));
  const empty = join(folder, 'empty.ts');
  writeFileSync(empty, 'export default { fetch: () => new Response(null, { status: 204 }) };\n');
  const bundle = join(folder, 'worker.js');
  const gateway = await startWorkers({
    entry: TEMPLATE,
    classes: ['EngineObject', 'LedgerObject'],
    bound: { EngineObject: 'ENGINE', LedgerObject: 'LEDGER' },
    vars: { DRIFTLOCK_KEY: 'operator-of-the-worker', DRIFTLOCK_SEAL_KEY: 'a'.repeat(64) },
    minified: bundle,
  });
  const nothing = await startWorkers({ entry: empty, classes: [] });
  try {
    const times = { gateway: [] as Started[], nothing: [] as Started[] };
    for (let round = 0; round < rounds; round++) {
      times.gateway.push(await started(gateway));
      times.nothing.push(await started(nothing));
    }
    const ratio = (of: keyof Started) =>
      median(times.gateway.map((time) => time[of])) / median(times.nothing.map((time) => time[of]));
    const gzip = gzipSync(readFileSync(bundle), { level: 9 }).length;
    return { gzip, rounds, coldStart: ratio('cold'), warm: ratio('warm') };
  } finally {
    await Promise.all([gateway.stop(), nothing.stop()]);
    rmSync(folder, { recursive: true });
  }
}

interface Started {
  cold: number;
  warm: number;
}

async function started(workers: Workers): Promise<Started> {
  await workers.kill();
  const begun = performance.now();
  await workers.start();
  await ask(workers);
  const cold = performance.now() - begun;
  const again = performance.now();
  await ask(workers);
  return { cold, warm: performance.now() - again };
}

async function ask({ urls: [url] }: Workers): Promise<void> {
  const answer = await fetch(`${url}/healthz`, { headers: { Connection: 'close' } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a Worker answered ${answer.status}`);
}
