/** The stores that are measured: what each process opens, and what the run starts for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Engine,
  ledgerOverCells,
  memoryEngine,
  memoryStores,
  type Stores,
  storesOver,
} from '@driftlock/gateway';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { postgresEngine } from '@driftlock/gateway/postgres';
import { redisCells } from '@driftlock/gateway/redis';
import { startPostgres } from '../race/servers/postgres.js';
import { startRedis } from '../race/servers/redis.js';
import { type Engines, type Statement, tracedCells, tracedEngine } from './statements.js';

export const STORES = ['memory', 'libsql', 'postgres', 'redis'] as const;
export type StoreName = (typeof STORES)[number];

/** What a process has to know to open one. */
export interface Where {
  store: StoreName;
  /** None for memory. */
  url: string;
}

/** Seeds are sealed with this; they live as long as the run. */
const SEAL = { current: { id: 'bench', key: new Uint8Array(32).fill(7) } };

export interface Opened {
  /** As a gateway would be given them, its clock included. */
  stores(now: () => number): Stores;
  /** The same, noting each statement. */
  traced(log: Statement[], now: () => number): Stores;
  engines: Engines;
}

/** Redis has the ledger alone; the rest of that store is a libSQL file. */
export async function openStore({ store, url }: Where): Promise<Opened> {
  const [first = '', second = ''] = url.split(' ');
  const rest = await openEngine(store, second || first);
  const engines = { rest, ledger: store === 'redis' ? await redisCells({ url: first }) : rest };
  return {
    engines,
    stores: (now) => (store === 'memory' ? memoryStores({ now }) : over(engines, now)),
    traced: (log, now) => {
      const ledger = tracedCells(engines.ledger, log, 'ledger');
      return over({ ledger, rest: tracedEngine(rest, log) }, now);
    },
  };
}

function over({ ledger, rest }: Engines, now: () => number): Stores {
  const stores = storesOver(rest, { seal: SEAL, now });
  return { ...stores, ledger: ledgerOverCells(ledger, { now }) };
}

async function openEngine(store: StoreName, url: string): Promise<Engine> {
  if (store === 'memory') return forgetful(memoryEngine());
  return store === 'postgres' ? postgresEngine({ url }) : libsqlEngine({ url });
}

/** Of the log it keeps the newest, as a gateway does of its own in memory. */
function forgetful(engine: Engine): Engine {
  return {
    ...engine,
    swap: (place, { to, ...change }) =>
      engine.swap(place, {
        ...change,
        ...(to ? { to: place.kind === 'event' ? { ...to, until: Number.MAX_VALUE } : to } : {}),
      }),
  };
}

export interface Started extends Where {
  stop(): Promise<void>;
}

/** Throws where what it needs is not installed. */
export const START: Record<StoreName, () => Promise<Started>> = {
  memory: async () => ({ store: 'memory', url: '', stop: async () => {} }),
  libsql: async () => ({ store: 'libsql', ...aFile() }),
  async postgres() {
    const { url, stop } = await startPostgres();
    return { store: 'postgres', url, stop };
  },
  async redis() {
    const [server, file] = [await startRedis(), aFile()];
    return {
      store: 'redis',
      url: `${server.url} ${file.url}`,
      async stop() {
        await server.stop();
        await file.stop();
      },
    };
  },
};

function aFile(): { url: string; stop(): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-libsql-'));
  return {
    url: `file:${join(folder, 'bench.db')}`,
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
