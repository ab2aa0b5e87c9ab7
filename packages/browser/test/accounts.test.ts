import { EMPTY_ACCOUNT } from '@driftlock/verifier';
import { describe, expect, it } from 'vitest';
import { enrol, enrolled } from '../src/accounts.js';
import { dexieLedger } from '../src/dexie-ledger.js';
import { createDevice } from './device.js';

describe('enrolling an account', () => {
  it('makes the account and its ledger record together', async () => {
    const device = createDevice();
    const store = await device.open();
    await enrol(store, { account: 'ana', user: '17' });
    expect(await enrolled(store, 'ana')).toStrictEqual({ account: 'ana', user: '17' });
    expect(JSON.parse(await device.dump()).ledger).toStrictEqual([EMPTY_ACCOUNT]);
  });

  it('keeps what the ledger knew before', async () => {
    const store = await createDevice().open();
    const ledger = dexieLedger(store);
    await ledger.consume({ account: 'ana', credential: 'phone', step: 58, at: 0 });
    await enrol(store, { account: 'ana' });
    expect((await ledger.state('ana')).last).toStrictEqual({ phone: 58 });
  });

  it('again only renames the user and never restores a lost ledger record', async () => {
    const device = createDevice();
    const store = await device.open();
    await enrol(store, { account: 'ana', user: '17' });
    await store.write(['ledger'], ({ ledger }) => ledger.clear());
    await enrol(store, { account: 'ana', user: '18' });
    expect(await enrolled(store, 'ana')).toStrictEqual({ account: 'ana', user: '18' });
    expect(JSON.parse(await device.dump()).ledger).toStrictEqual([]);
  });

  it('finds nothing for an account that never was', async () => {
    expect(await enrolled(await createDevice().open(), 'ana')).toBeUndefined();
  });

  it('refuses an account without a name', async () => {
    const store = await createDevice().open();
    await expect(enrol(store, { account: '' })).rejects.toThrow(TypeError);
  });
});
