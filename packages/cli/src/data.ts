/** What a gateway keeps from one run to the next: in a file or on servers, its seeds sealed. */
import { closeSync, openSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  type Engine,
  ledgerOverCells,
  resealAll,
  restoreUsers,
  StoreError,
  type Stores,
  storesOver,
} from '@driftlock/gateway';
import type { Emulator } from '@driftlock/gateway/emulator';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { CliError, misused } from './cli-error.js';
import { readSealKeys } from './seal-keys.js';
import type { World } from './verb.js';

export interface Data {
  stores: Stores;
  /** Where it is kept, without a password. */
  place: string;
  /** Gives an emulator the users of the accounts that are kept. */
  restore(emulator: Emulator): Promise<void>;
}

const SERVER = /^[a-z][a-z0-9+.-]+:\/\//i;

/**
 * Opens a file, made where there is none, or a server. Ends the command where it, or its seal key,
 * can't be had as it is.
 */
export async function openData(where: string, env: World['env']): Promise<Data> {
  const server = SERVER.test(where) ? readServer(where) : undefined;
  if (!server) makePrivate(where);
  const sealing = readSealKeys(server ? undefined : where, env);
  const { seal } = sealing;
  try {
    const engine = await (server ? openServer(server, env) : openFile(where));
    try {
      // Checks the key before anything is sealed with it.
      await resealAll(engine, seal);
      const stores = await withLedger(storesOver(engine, { seal }), env);
      const restore = (emulator: Emulator) => restoreUsers(emulator, { engine, seal });
      return { stores, place: server ? server.host : where, restore };
    } catch (error) {
      await engine.close();
      throw error;
    }
  } catch (error) {
    sealing.takeBack();
    return explain(error, { server: server !== undefined || Boolean(env.DRIFTLOCK_LEDGER) });
  }
}

/**
 * Lets `look` at what a gateway has kept: no file is made, and no seal key is needed. Ends the command
 * where it can't be read.
 */
export async function withKept<T>(
  { where, env }: { where: string; env: World['env'] },
  look: (kept: { engine: Engine; place: string; file?: string }) => Promise<T>,
): Promise<T> {
  const server = SERVER.test(where) ? readServer(where) : undefined;
  const isThere = server || statSync(where, { throwIfNoEntry: false })?.isFile();
  if (!isThere) misused('--data: there is no such file');
  try {
    const engine = await (server ? openServer(server, env) : openFile(where));
    try {
      const kept = server ? { place: server.host } : { place: where, file: where };
      return await look({ engine, ...kept });
    } finally {
      await engine.close();
    }
  } catch (error) {
    return explain(error, { server: server !== undefined });
  }
}

/** An address with a password belongs into the environment: command lines are for everybody to read. */
export function readPlace(given: string | undefined, env: World['env']): string | undefined {
  if (given === '') misused('--data takes a file, or the address of a server');
  if (given && URL.canParse(given) && new URL(given).password) {
    misused('--data takes no password: give the address as DRIFTLOCK_DATA');
  }
  return given ?? (env.DRIFTLOCK_DATA || undefined);
}

function openFile(file: string): Promise<Engine> {
  return libsqlEngine({ url: pathToFileURL(file).href });
}

async function openServer(server: URL, env: World['env']): Promise<Engine> {
  const { href: url, protocol } = server;
  if (/^postgres(ql)?:$/.test(protocol)) {
    const { postgresEngine } = await import('@driftlock/gateway/postgres');
    return postgresEngine({ url });
  }
  const authToken = env.DRIFTLOCK_DATA_TOKEN;
  return libsqlEngine({ url, ...(authToken ? { authToken } : {}) });
}

function readServer(where: string): URL {
  const server = URL.canParse(where) ? new URL(where) : undefined;
  if (server && /^(postgres(ql)?|libsql|https?|wss?):$/.test(server.protocol)) return server;
  return misused('--data takes a file, or the address of a Postgres or libSQL server');
}

/** `DRIFTLOCK_LEDGER`: a Redis that keeps the ledger, beside everything else. */
async function withLedger(stores: Stores, env: World['env']): Promise<Stores> {
  const url = env.DRIFTLOCK_LEDGER;
  if (!url) return stores;
  if (!/^rediss?:\/\/./.test(url)) misused('DRIFTLOCK_LEDGER takes the address of a Redis server');
  const { redisCells } = await import('@driftlock/gateway/redis');
  const cells = await redisCells({ url });
  return {
    ...stores,
    ledger: ledgerOverCells(cells),
    async close() {
      await cells.close();
      await stores.close();
    },
  };
}

/** What it holds is for whoever runs the gateway alone: its log and index get the same mode. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch {
    misused('--data: the file can be neither opened nor made');
  }
}

function explain(error: unknown, { server }: { server: boolean }): never {
  const code = error instanceof StoreError ? error.code : undefined;
  if (code === 'ERR_SEAL') {
    misused(
      '--data was sealed with another key: give DRIFTLOCK_SEAL_KEY the one it was sealed with',
    );
  }
  // Its words are ours, and hold no address.
  if (code === 'ERR_DURABILITY') throw new CliError('ERR_SERVER', (error as Error).message);
  if (code === 'ERR_SCHEMA') misused('--data was written by a later release than this');
  const { code: said } = error as { code?: unknown };
  if (said === 'SQLITE_NOTADB') misused('--data: this is no database');
  if (said === 'SQLITE_CORRUPT') misused('--data: the file is damaged');
  if (!server || error instanceof CliError) throw error;
  // What a driver says may quote an address, and with it a password.
  throw new CliError('ERR_SERVER', 'a server of --data or DRIFTLOCK_LEDGER can not be used');
}
