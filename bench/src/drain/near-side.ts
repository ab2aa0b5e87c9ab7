/** A device with rows to tell: one IndexedDB, and as many tabs as are wanted. */
import {
  createOfflineVerifier,
  openStore,
  type Store,
  type Sync,
  startSync,
} from '@driftlock/browser';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { dice } from './dice.js';
import { CREDENTIAL, type FarSide } from './far-side.js';

export interface Row {
  id: string;
  account: string;
  credential: string;
  step: number;
  at: number;
}

/** Rows of past steps, oldest first, so many for each account. */
export function rowsOf(accounts: readonly string[], each: number, now: number): Row[] {
  const first = Math.floor(now / 30_000) - each - 10;
  return accounts.flatMap((account) =>
    Array.from({ length: each }, (_, n) => ({
      ...{ id: `${account}.${n}`, account, credential: CREDENTIAL },
      ...{ step: first + n, at: (first + n) * 30_000 },
    })),
  );
}

export interface Faults {
  /** The share of requests that never arrive, and of answers that never do. */
  share: number;
  seed: number;
}

/** `fetch` on a line that loses requests and answers, each by a throw of the dice. */
export function faultyFetch({ share, seed }: Faults): typeof fetch {
  const next = dice(seed);
  return async (...asked) => {
    const [unsent, lost] = [next() < share, next() < share];
    if (unsent) throw new TypeError('fetch failed');
    const response = await fetch(...asked);
    if (!lost) return response;
    await response.arrayBuffer();
    throw new TypeError('terminated');
  };
}

export interface Tab {
  store: Store;
  sync: Sync;
}

/** Five tabs, say: each with a store of its own on one database that holds the rows. */
export async function openTabs(
  far: FarSide,
  { rows, tabs, faults, locks }: { rows: Row[]; tabs: number; faults: Faults; locks?: Locks },
): Promise<Tab[]> {
  const engine = { indexedDB: new IDBFactory(), IDBKeyRange };
  const opened = await Promise.all(Array.from({ length: tabs }, () => openStore(engine)));
  await opened[0]?.write(['evidence'], async ({ evidence }) => {
    await evidence.bulkAdd(rows.map((row) => ({ ...row, openSince: row.at, tries: 0 })));
  });
  const fetch = faults.share > 0 ? faultyFetch(faults) : undefined;
  return opened.map((store) => ({
    store,
    sync: startSync({
      ...{ store, verifier: verifierOn(store), baseUrl: far.url },
      token: (account) => far.tokens.get(account),
      ...(fetch ? { fetch } : {}),
      ...(locks ? { locks } : {}),
    }),
  }));
}

export type Locks = Pick<LockManager, 'request'>;

/** Web Locks as tabs of one browser share them; Node 20 has none. */
export function sharedLocks(): Locks {
  const held = new Set<string>();
  const request = async (...[name, , work]: [string, object, (lock: object | null) => unknown]) => {
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name });
    } finally {
      held.delete(name);
    }
  };
  return { request: request as LockManager['request'] };
}

function verifierOn(store: Store): ReturnType<typeof createOfflineVerifier> {
  return createOfflineVerifier({ store, policy: { mode: 'offline' }, onRevoke: () => {} });
}

/** Every tab drains again and again until nothing is left; gives up when nothing moves. */
export async function drainAll(tabs: readonly Tab[]): Promise<{ left: number }> {
  const left = () => untold(tabs[0]?.store);
  for (let turn = 0; turn < 200 && (await left()) > 0; turn++) {
    await Promise.all(tabs.map(({ sync }) => sync.now()));
  }
  await Promise.all(tabs.map(({ sync }) => sync.stop()));
  const count = await left();
  for (const { store } of tabs) store.close();
  return { left: count };
}

async function untold(store: Store | undefined): Promise<number> {
  return (await store?.read(['evidence'], ({ evidence }) => evidence.count())) ?? 0;
}
