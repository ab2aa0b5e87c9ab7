import { EMPTY_ACCOUNT } from '@driftlock/verifier';
import { Dexie } from 'dexie';
import { IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { createDevice, type Device } from './device.js';

/** Rows of every kind that version 1 wrote. */
const V1 = {
  accounts: [{ account: 'ana', user: '17' }, { account: 'bob' }],
  ledger: [
    { ...EMPTY_ACCOUNT, last: { phone: 58 }, uses: [{ id: 'd1', at: 1000 }] },
    { ...EMPTY_ACCOUNT, latch: { id: 'd2', at: 2000 } },
  ],
  outbox: [
    { row: rowOf('d1', 1000), openSince: 1000 },
    { row: { ...rowOf('d2', 2000), settlement: 'contradicted', settledAt: 3000 } },
  ],
  clock: [
    { record: { version: 1, newest: 5000, lead: 0, unsafe: false, witnessed: true }, vouched: 3 },
  ],
};

function rowOf(id: string, at: number) {
  return {
    ...{ id, account: 'ana', user: '17', credential: 'phone', step: 58, at, decidedAt: at },
    ...{ deadline: at + 60_000, code: '123456', sent: 'no', retried: false },
  };
}

/** A database as version 1 of the page left it, made without any code of ours. */
async function leaveVersion1({ indexedDB }: Device): Promise<void> {
  const old = new Dexie('driftlock', { indexedDB, IDBKeyRange });
  old.version(1).stores({
    accounts: 'account',
    ledger: '',
    outbox: 'row.id, openSince, [row.account+openSince]',
    clock: '',
  });
  await old.open();
  await old.table('accounts').bulkAdd(V1.accounts);
  await old.table('ledger').bulkAdd(V1.ledger, ['ana', 'bob']);
  await old.table('outbox').bulkAdd(V1.outbox);
  await old.table('clock').bulkAdd(V1.clock, ['device']);
  old.close();
}

describe('a database of version 1', () => {
  it('is taken to version 2 with every row it has', async () => {
    const device = createDevice();
    await leaveVersion1(device);
    (await device.open()).close();
    expect(JSON.parse(await device.dump())).toStrictEqual({
      ...V1,
      ...{ custody: [], evidence: [], sync: [] },
    });
  });

  it('is found again by the indexes it had', async () => {
    const device = createDevice();
    await leaveVersion1(device);
    const store = await device.open();
    const open = await store.read(['outbox'], ({ outbox }) =>
      outbox.where('[row.account+openSince]').between(['ana', 0], ['ana', 9999]).toArray(),
    );
    expect(open).toStrictEqual([V1.outbox[0]]);
    expect(await store.read(['ledger'], ({ ledger }) => ledger.get('bob'))).toStrictEqual(
      V1.ledger[1],
    );
  });
});

describe('the schema', () => {
  it('is the same whether a database is upgraded to it or made with it', async () => {
    const [upgraded, made] = [createDevice(), createDevice()];
    await leaveVersion1(upgraded);
    expect(await schemaOf(upgraded)).toStrictEqual(await schemaOf(made));
  });
});

async function schemaOf(device: Device) {
  (await device.open()).close();
  const database = await device.connect();
  const stores = [...database.objectStoreNames].map((name) => {
    const store = database.transaction(name).objectStore(name);
    const indexes = [...store.indexNames].map((index) => [index, store.index(index).keyPath]);
    return { name, keyPath: store.keyPath, indexes };
  });
  database.close();
  return { version: database.version, stores };
}
