import { forceCloseDatabase, IDBDatabase, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Tables } from '../src/schema.js';
import { openStore, type Store } from '../src/store.js';
import { createDevice, resultOf } from './device.js';

afterEach(() => vi.restoreAllMocks());

const ANA = { account: 'ana' };
const add = (store: Store) =>
  store.write(['accounts'], async ({ accounts }) => {
    await accounts.add(ANA);
  });
const all = (store: Store) => store.read(['accounts'], ({ accounts }) => accounts.toArray());

/** Lets each request succeed, then fails its transaction as an engine does that can't commit. */
function failAfterAdd(fail: (transaction: { _abort(name: string | null): void }) => void): void {
  const { add } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
    this: IDBObjectStore,
    ...record
  ) {
    const request = add.apply(this, record);
    const transaction = this.transaction as IDBTransaction & { _abort(name: string | null): void };
    request.addEventListener('success', () => fail(transaction));
    return request;
  });
}

describe('the store', () => {
  it('keeps what was written after it is closed and opened again', async () => {
    const device = createDevice();
    const store = await device.open();
    await add(store);
    store.close();
    expect(await all(await device.open())).toStrictEqual([ANA]);
  });

  it('shows one tab what another wrote', async () => {
    const device = createDevice();
    const [one, other] = await Promise.all([device.open(), device.open()]);
    await add(one);
    expect(await all(other)).toStrictEqual([ANA]);
  });

  it('asks for every write to be on disk before it is complete', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const store = await createDevice().open();
    transaction.mockClear();
    await add(store);
    expect(transaction.mock.calls).toStrictEqual([
      [['accounts'], 'readwrite', { durability: 'strict' }],
    ]);
  });

  it('does not call a write done whose transaction fails after its last request', async () => {
    const device = createDevice();
    const store = await device.open();
    failAfterAdd((transaction) => transaction._abort(null));
    await expect(add(store)).rejects.toMatchObject({ name: 'StoreError', code: 'ERR_STORE' });
    expect(await all(store)).toStrictEqual([]);
  });

  it('stays in its transaction however deep its work awaits', async () => {
    const device = createDevice();
    const store = await device.open();
    const deep = async (levels: number, { accounts }: Tables): Promise<number> =>
      levels === 0 ? accounts.count() : (await deep(levels - 1, { accounts } as Tables)) + 1;
    const failing = store.write(['accounts'], async (tables) => {
      expect(await deep(20, tables)).toBe(20);
      await tables.accounts.add(ANA);
      throw new RangeError('mine');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await all(store)).toStrictEqual([]);
  });

  it('rolls back what was written before its work failed, and passes that failure on', async () => {
    const store = await createDevice().open();
    const failure = new RangeError('mine');
    const failing = store.write(['accounts'], async ({ accounts }) => {
      await accounts.add(ANA);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(await all(store)).toStrictEqual([]);
  });

  it('is closed, and says so, once close() was called', async () => {
    const store = await createDevice().open();
    store.close();
    await expect(all(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    await expect(add(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
  });

  it('stays closed once the browser closed it', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const store = await createDevice().open();
    const connection = transaction.mock.contexts[0] as IDBDatabase;
    const closed = new Promise((resolve) => connection.addEventListener('close', resolve));
    forceCloseDatabase(connection as never);
    await closed;
    await expect(all(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
  });

  it('makes way for a tab that upgrades the database', async () => {
    const device = createDevice();
    const store = await device.open();
    const newer = await device.connect(30);
    expect(newer.version).toBe(30);
    await expect(add(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
  });

  it('makes way for a tab that deletes the database, and starts empty after', async () => {
    const device = createDevice();
    const store = await device.open();
    await add(store);
    await resultOf(device.indexedDB.deleteDatabase('driftlock'));
    await expect(all(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    expect(await all(await device.open())).toStrictEqual([]);
  });

  it('does not open what a newer version wrote, nor change it', async () => {
    const device = createDevice();
    (await device.open()).close();
    const upgrade = device.indexedDB.open('driftlock', 30);
    upgrade.onupgradeneeded = () => upgrade.result.deleteObjectStore('clock');
    (await resultOf(upgrade)).close();
    await expect(device.open()).rejects.toMatchObject({ code: 'ERR_STORE_NEWER' });
    const newer = await device.connect();
    expect(newer.version).toBe(30);
    expect([...newer.objectStoreNames]).toStrictEqual([
      ...['accounts', 'custody', 'evidence', 'ledger', 'outbox', 'sync'],
    ]);
  });

  it('says when a tab with an older version does not make way', async () => {
    const device = createDevice();
    const older = await device.connect(1);
    await expect(device.open()).rejects.toMatchObject({ code: 'ERR_STORE_BLOCKED' });
    older.close();
    expect(await all(await device.open())).toStrictEqual([]);
  });

  it('says when a request finds no room', async () => {
    const store = await createDevice().open();
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    await expect(add(store)).rejects.toMatchObject({ code: 'ERR_STORE_QUOTA' });
  });

  it('says when a transaction finds no room as it completes', async () => {
    const store = await createDevice().open();
    failAfterAdd((transaction) => transaction._abort('QuotaExceededError'));
    await expect(add(store)).rejects.toMatchObject({ code: 'ERR_STORE_QUOTA' });
    expect(await all(store)).toStrictEqual([]);
  });

  it('says when there is no IndexedDB', async () => {
    await expect(openStore()).rejects.toMatchObject({
      ...{ name: 'StoreError', code: 'ERR_STORE_DENIED' },
    });
  });

  it('says when a window may not even look whether there is one', async () => {
    const get = () => {
      throw new DOMException('not for frames of others', 'SecurityError');
    };
    Object.defineProperty(globalThis, 'indexedDB', { configurable: true, get });
    try {
      await expect(openStore()).rejects.toMatchObject({ code: 'ERR_STORE_DENIED' });
    } finally {
      Reflect.deleteProperty(globalThis, 'indexedDB');
    }
  });

  it.each([
    ['a frame of another site', 'SecurityError', 'ERR_STORE_DENIED'],
    ['a private window of an older Firefox', 'InvalidStateError', 'ERR_STORE_DENIED'],
    ['no room for a new database', 'QuotaExceededError', 'ERR_STORE_QUOTA'],
    ['an engine that gave up', 'TimeoutError', 'ERR_STORE'],
  ])('says what hinders it: %s', async (_what, name, code) => {
    const opened: (string | undefined)[] = [];
    const refused: OpenRequest = { error: new DOMException('refused', name) };
    const indexedDB = {
      open(database: string) {
        opened.push(database);
        const request = { ...refused };
        queueMicrotask(() => request.onerror?.({ target: request, preventDefault() {} }));
        return request;
      },
    };
    const opening = openStore({
      indexedDB: indexedDB as never,
      IDBKeyRange: globalThis.IDBKeyRange,
    });
    await expect(opening).rejects.toMatchObject({ name: 'StoreError', code });
    expect(opened).toContain('driftlock');
  });

  it('says of a write that fails for want of a state, not of the window, that it failed', async () => {
    const store = await createDevice().open();
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('not now', 'InvalidStateError');
    });
    await expect(add(store)).rejects.toMatchObject({ code: 'ERR_STORE' });
  });
});

interface OpenRequest {
  error: DOMException;
  onerror?(event: object): void;
}
