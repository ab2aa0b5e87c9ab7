import { EMPTY_ACCOUNT, type Ledger, ledgerOver } from '@driftlock/verifier';
import { ledgerChecks } from '@driftlock/verifier/testing';
import { describe, expect, it } from 'vitest';
import { enrol } from '../src/accounts.js';
import { dexieLedger } from '../src/dexie-ledger.js';
import type { Store } from '../src/store.js';
import { createDevice } from './device.js';

const AT = 1_800_000_000_000;
const USE = { account: 'ana', credential: 'phone', step: 60_000_000, at: AT };

describe('the ledger kit', () => {
  it.each(ledgerChecks)('$name', ({ run }) =>
    run(async () => dexieLedger(await createDevice().open())),
  );
});

describe('a ledger in the store', () => {
  it('has one winner for fifty consumes of one step from two tabs', async () => {
    const device = createDevice();
    const tabs = await Promise.all([device.open(), device.open()]);
    const ledgers = tabs.map((store) => dexieLedger(store));
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (ledgers[i % 2] as Ledger).consume(USE)),
    );
    expect(outcomes.filter((outcome) => outcome === 'first')).toStrictEqual(['first']);
    expect(outcomes.filter((outcome) => outcome === 'replay').length).toBe(49);
  });

  it('fails the kit when it reads in one transaction and writes in another', async () => {
    const check = ledgerChecks[0];
    const run = check?.run(async () => carelessLedger(await createDevice().open()));
    await expect(run).rejects.toThrow('winners: expected 1, saw 100');
  });

  it('remembers a used step after the tab is closed', async () => {
    const device = createDevice();
    const store = await device.open();
    expect(await dexieLedger(store).consume(USE)).toBe('first');
    store.close();
    expect(await dexieLedger(await device.open()).consume(USE)).toBe('replay');
  });

  it('writes nothing where nothing changes', async () => {
    const device = createDevice();
    const ledger = dexieLedger(await device.open());
    expect(await ledger.state('ana')).toStrictEqual(EMPTY_ACCOUNT);
    await ledger.latch('ana', { latched: false, seen: 'another' });
    expect(JSON.parse(await device.dump()).ledger).toStrictEqual([]);
  });

  it('rejects, and counts nothing, once its store is closed', async () => {
    const store = await createDevice().open();
    const ledger = dexieLedger(store);
    store.close();
    await expect(ledger.consume(USE)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
  });
});

describe('an enrolled account whose ledger record is missing', () => {
  async function lost(): Promise<Ledger> {
    const store = await createDevice().open();
    await enrol(store, { account: 'ana' });
    await store.write(['ledger'], ({ ledger }) => ledger.clear());
    return dexieLedger(store, { now: () => AT });
  }

  it('reads as latched, not as empty', async () => {
    const latch = { id: 'missing', at: AT };
    expect(await (await lost()).state('ana')).toStrictEqual({ ...EMPTY_ACCOUNT, latch });
  });

  it('stays latched after an attempt, and after a yes asked for before the loss', async () => {
    const ledger = await lost();
    await ledger.take('ana', { at: AT });
    await ledger.giveBack('ana', { yes: ['another'] });
    await ledger.latch('ana', { latched: false, seen: 'another' });
    expect((await ledger.state('ana')).latch?.at).toBe(AT);
  });

  it('is open again after a fresh yes', async () => {
    const ledger = await lost();
    await ledger.take('ana', { at: AT });
    await ledger.latch('ana', { latched: false, seen: 'missing' });
    expect((await ledger.state('ana')).latch).toBeUndefined();
  });
});

function carelessLedger(store: Store): Ledger {
  return ledgerOver(async (account, reduce) => {
    const before = await store.read(['ledger'], ({ ledger }) => ledger.get(account));
    const { state, result } = reduce(before ?? EMPTY_ACCOUNT);
    await store.write(['ledger'], ({ ledger }) => ledger.put(state, account));
    return result;
  });
}
