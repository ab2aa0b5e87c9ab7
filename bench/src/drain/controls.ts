/** Outboxes that break on purpose: what a run does not notice in them, it has not shown of ours. */
import type { FarSide } from './far-side.js';
import type { Row } from './near-side.js';

const BATCH = 100;

type Tell = (rows: readonly Row[]) => Promise<void>;

/** Five tabs over one queue, each telling what it took until there is no more. */
async function drainQueue(
  far: FarSide,
  { rows, tabs, fetch: ask }: { rows: Row[]; tabs: number; fetch: typeof fetch },
  tellBatch: (tell: Tell, batch: Row[], queue: Row[][]) => Promise<void>,
): Promise<void> {
  const queue = batchesOf(rows);
  const tell: Tell = async (batch) => {
    const token = far.tokens.get(batch[0]?.account ?? '');
    const response = await ask(`${far.url}/v1/evidence`, requestOf(token, batch));
    if (response.status !== 200) throw new Error('not told');
    await response.arrayBuffer();
  };
  const tab = async () => {
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      await tellBatch(tell, batch, queue);
    }
  };
  await Promise.all(Array.from({ length: tabs }, tab));
}

/** A request tells of one account. */
function batchesOf(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [];
  for (const row of rows) {
    const last = batches.at(-1);
    if (last && last.length < BATCH && last[0]?.account === row.account) last.push(row);
    else batches.push([row]);
  }
  return batches;
}

function requestOf(token: string | undefined, rows: readonly Row[]): RequestInit {
  const claims = rows.map(({ id, credential, step, at }) => ({ id, credential, step, at }));
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ rows: claims }),
  };
}

type Plan = Parameters<typeof drainQueue>[1];

/** Takes rows out before they are told, as queues do that trust the network: what fails is gone. */
export async function drainRemovingFirst(far: FarSide, plan: Plan): Promise<void> {
  await drainQueue(far, plan, (tell, batch) => tell(batch).catch(() => {}));
}

/** Names a row anew for each try, so that the gateway can't know that it was told before. */
export async function drainRenaming(far: FarSide, plan: Plan): Promise<void> {
  await drainQueue(far, plan, async (tell, batch, queue) => {
    const named = batch.map((row) => ({ ...row, id: crypto.randomUUID() }));
    await tell(named).catch(() => void queue.push(batch));
  });
}

/** The least that anybody would need: the same batches, and nothing kept, leased or asked. */
export async function drainBare(far: FarSide, plan: Plan): Promise<void> {
  await drainQueue(far, plan, (tell, batch) => tell(batch));
}
