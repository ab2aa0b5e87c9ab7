/** What tests import as `fake-indexeddb`, in a page: the engine's own, a corner of it for each factory. */

// Kept: a test may take the page's own away.
const { indexedDB } = globalThis;

/** As a machine of its own: databases of one factory are not those of another. */
export class IDBFactory {
  readonly #corner: string = `${crypto.randomUUID()}/`;

  open(name: string, version?: number): IDBOpenDBRequest {
    return indexedDB.open(this.#corner + name, version);
  }
  deleteDatabase(name: string): IDBOpenDBRequest {
    return indexedDB.deleteDatabase(this.#corner + name);
  }
  async databases(): Promise<IDBDatabaseInfo[]> {
    const all = await indexedDB.databases();
    return all.flatMap(({ name = '', version = 0 }) =>
      name.startsWith(this.#corner) ? [{ name: name.slice(this.#corner.length), version }] : [],
    );
  }
  cmp(one: unknown, other: unknown): number {
    return indexedDB.cmp(one, other);
  }
}

const engine: typeof globalThis = globalThis;
export const IDBDatabase: typeof engine.IDBDatabase = engine.IDBDatabase;
export const IDBKeyRange: typeof engine.IDBKeyRange = engine.IDBKeyRange;
export const IDBObjectStore: typeof engine.IDBObjectStore = engine.IDBObjectStore;

/** As the imitation calls it: to fail for no reason that has a name, which a page can bring about. */
Object.defineProperty(engine.IDBTransaction.prototype, '_abort', {
  value(this: IDBTransaction) {
    this.abort();
  },
});

/** No page can make its browser close a database. */
export function forceCloseDatabase(): never {
  throw new Error('a page can not do this');
}
