/** The device's store: one IndexedDB database, on Dexie. */
import { Dexie, type DexieOptions, type Transaction } from 'dexie';
import { declareVersions, type Tables } from './schema.js';
import { openingError, StoreError, storeError } from './store-error.js';

export interface Store {
  readonly name: string;
  /** One transaction that sees a settled state; inside, await nothing but the tables it names. */
  read<T>(names: (keyof Tables)[], work: (tables: Tables) => Promise<T>): Promise<T>;
  /** As `read`, alone on its tables across all tabs; resolves once what was written is durable. */
  write<T>(names: (keyof Tables)[], work: (tables: Tables) => Promise<T>): Promise<T>;
  /** Lets go of the database; what is under way still ends. */
  close(): void;
}

export interface StoreOptions {
  /** One database for each origin and name. @default 'driftlock' */
  name?: string;
  /** @default the runtime's */
  indexedDB?: IDBFactory;
  /** Given only with `indexedDB`. @default the runtime's */
  IDBKeyRange?: typeof IDBKeyRange;
}

/**
 * Opens the store, and makes it where there is none.
 *
 * It closes by itself when another tab upgrades or deletes the database. A record that is missing
 * is never a fresh start: see `enrol`. Throws a `StoreError`; each code says what to do.
 *
 * @example
 * const store = await openStore();
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const database = databaseOf(options);
  const blocked = new Promise<never>((_, reject) => {
    database.on('blocked', () => {
      reject(new StoreError('ERR_STORE_BLOCKED'));
      return false;
    });
  });
  try {
    await Promise.race([blocked, database.open()]);
  } catch (error) {
    database.close();
    throw error instanceof StoreError ? error : openingError(error);
  }
  return {
    name: database.name,
    read: (names, work) => typed(() => database.transaction('r', names, bound(work))),
    write: (names, work) => typed(() => database.transaction('rw', names, bound(work))),
    close: () => database.close(),
  };
}

/**
 * The transaction's own tables: those of the database find their transaction by counting awaits, and
 * lose it where one async function awaits another that awaits a third.
 */
function bound<T>(work: (tables: Tables) => Promise<T>): (transaction: Transaction) => Promise<T> {
  return (transaction) => work(transaction as Transaction & Tables);
}

function databaseOf({ name = 'driftlock', ...engine }: StoreOptions): Dexie & Tables {
  const indexedDB = engine.indexedDB ?? ownIndexedDB();
  const options: DexieOptions = {
    ...engine,
    indexedDB: refusingNewer(indexedDB),
    // A store that closed stays closed: whoever opens it again learns what became of it.
    autoOpen: false,
    // What two tabs decide by is read from the database itself.
    cache: 'disabled',
    // Complete means on disk; browsers differ in what they do unasked.
    chromeTransactionDurability: 'strict',
  };
  const database = new Dexie(name, options) as Dexie & Tables;
  declareVersions(database);
  database.on('versionchange', () => {
    database.close();
    return false;
  });
  return database;
}

/** Said here: where there is none, Dexie may lack what it needs to fail with. */
function ownIndexedDB(): IDBFactory {
  let own: IDBFactory | undefined;
  try {
    own = globalThis.indexedDB;
  } catch (cause) {
    throw new StoreError('ERR_STORE_DENIED', { cause });
  }
  if (!own) throw new StoreError('ERR_STORE_DENIED');
  return own;
}

/** Dexie asks for no version where a newer one is installed, and would then patch its schema. */
function refusingNewer(indexedDB: IDBFactory): Omit<IDBFactory, 'cmp'> {
  return {
    open(name, version) {
      if (version === undefined) throw new StoreError('ERR_STORE_NEWER');
      return indexedDB.open(name, version);
    },
    deleteDatabase: (name) => indexedDB.deleteDatabase(name),
    databases: () => indexedDB.databases(),
  };
}

/** The engine's errors as ours; those of `work` itself pass. */
async function typed<T>(transaction: () => PromiseLike<T>): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    throw isOfTheEngine(error) ? storeError(error) : error;
  }
}

function isOfTheEngine(error: unknown): boolean {
  return error instanceof Dexie.DexieError || error instanceof DOMException;
}
