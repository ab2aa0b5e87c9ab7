/** In a page: the outbox's `add` beside one Dexie transaction that does one `add()` and nothing else. */
import { dexieOutbox, openStore } from '@driftlock/browser';
import type { OutboxRow } from '@driftlock/verifier';
import { Dexie } from 'dexie';
import type { Plan, Timed } from './run.js';

/** As the store declares its outbox: the same indexes, and nothing of a cache. */
const INDEXES = 'row.id, openSince, [row.account+openSince], row.settledAt';

declare const PLAN: Plan;

const name = crypto.randomUUID();
const store = await openStore({ name });
const outbox = dexieOutbox(store, { room: 1_000_000 });

const floorName = crypto.randomUUID();
const bare = new Dexie(floorName, { chromeTransactionDurability: 'strict', cache: 'disabled' });
bare.version(1).stores({ outbox: INDEXES });
await bare.open();
const table = bare.table('outbox');

/** What an accepted code leaves behind, for one of twenty accounts. */
function rowOf(n: number): OutboxRow {
  const at = 1_800_000_000_000 + n;
  const account = `account-${n % 20}`;
  return {
    ...{ id: crypto.randomUUID(), account, user: account, credential: 'totp-6-30-0', step: n },
    ...{ at, decidedAt: at, deadline: at + 60_000, code: '287082', sent: 'no', retried: false },
  };
}

let added = 0;
async function time(add: (row: OutboxRow) => PromiseLike<unknown>): Promise<number> {
  const rows = Array.from({ length: PLAN.adds }, () => rowOf(added++));
  const began = performance.now();
  for (const row of rows) await add(row);
  return performance.now() - began;
}

const own = () => time((row) => outbox.add(row));
const floor = () =>
  time((row) => bare.transaction('rw', table, () => table.add({ row, openSince: row.decidedAt })));

for (let n = 0; n < PLAN.warmUp; n++) {
  await own();
  await floor();
}
const timed: Timed[] = [];
for (let n = 0; n < PLAN.rounds; n++) {
  // Whoever goes second may find the disk busy.
  const [first, second] = n % 2 ? [own, floor] : [floor, own];
  const [a, b] = [await first(), await second()];
  timed.push(n % 2 ? { own: a, floor: b } : { own: b, floor: a });
}
store.close();
bare.close();
for (const each of [name, floorName]) indexedDB.deleteDatabase(each);
await fetch('/report', { method: 'POST', body: JSON.stringify(timed) });
