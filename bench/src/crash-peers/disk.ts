/** A look at a database that needs no library, and counts as nobody's step. */
import type { IDBDatabase, IDBFactory, IDBRequest } from 'fake-indexeddb';

/** Opens it; `stores` are made where it is new. */
export async function openDisk(
  factory: Pick<IDBFactory, 'open'>,
  { name, stores }: { name: string; stores: readonly string[] },
): Promise<IDBDatabase> {
  const request = factory.open(name);
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store);
  };
  return (await resultOf(request)) as IDBDatabase;
}

/** All the rows of one store. */
export async function rowsIn(
  factory: IDBFactory,
  { name, store }: { name: string; store: string },
): Promise<unknown[]> {
  const database = await openDisk(factory, { name, stores: [] });
  const rows = await resultOf(database.transaction(store).objectStore(store).getAll());
  database.close();
  return rows as unknown[];
}

function resultOf(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
