// One device: an IndexedDB of its own, opened by as many tabs as a test wants.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openStore, type Store } from '../src/store.js';

export interface Device {
  indexedDB: IDBFactory;
  /** A tab's store. */
  open(): Promise<Store>;
  /** A connection without Dexie; `version` as IndexedDB counts, ten times Dexie's. */
  connect(version?: number): Promise<IDBDatabase>;
  /** Everything in the database, as text. */
  dump(): Promise<string>;
}

export function createDevice(): Device {
  const indexedDB = new IDBFactory();
  async function connect(version?: number): Promise<IDBDatabase> {
    const request = indexedDB.open('driftlock', version);
    return resultOf(request);
  }
  return {
    indexedDB,
    connect,
    open: () => openStore({ indexedDB, IDBKeyRange }),
    async dump() {
      const database = await connect();
      const names = [...database.objectStoreNames];
      const records = await Promise.all(
        names.map((name) => resultOf(database.transaction(name).objectStore(name).getAll())),
      );
      database.close();
      return JSON.stringify(Object.fromEntries(names.map((name, i) => [name, records[i]])));
    },
  };
}

export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
