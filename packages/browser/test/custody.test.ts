import { afterEach, describe, expect, it, vi } from 'vitest';
import { enrol, enrolled } from '../src/accounts.js';
import { custodyOf, forget, holdKey, holdPacks } from '../src/custody.js';
import { dexieLedger } from '../src/dexie-ledger.js';
import { leaseOf, tellLease } from '../src/lease.js';
import { storedCredentials } from '../src/stored-credentials.js';
import {
  AT,
  codeAt,
  createStage,
  HOUR,
  hoursOfCodes,
  KINDS,
  LEASE,
  packOf,
  SECRET,
  wrongCode,
} from './custody-stage.js';
import { createDevice } from './device.js';

afterEach(() => vi.restoreAllMocks());

/** Attempts that wait for nobody, so that wrong codes can follow each other. */
const PATIENT = {
  mode: 'offline' as const,
  liveDeadline: 30_000,
  attempts: { limit: 1000, per: 900, lock: 1000 },
};
const REFUSED = { accepted: false, reason: 'mismatch' };

describe('custody', () => {
  it('is nothing by default: online only', async () => {
    const store = await createDevice().open();
    await enrol(store, { account: 'ana', lease: LEASE });
    expect(await custodyOf(store, 'ana')).toStrictEqual([]);
  });

  it('belongs to accounts that are enrolled', async () => {
    const store = await createDevice().open();
    const strange = { name: 'StoreError', code: 'ERR_STORE_ACCOUNT' };
    const key = { account: 'ana', credential: 'phone', secret: SECRET };
    await expect(holdKey(store, key)).rejects.toMatchObject(strange);
    await expect(
      holdPacks(store, { account: 'ana', horizon: hoursOfCodes() }),
    ).rejects.toMatchObject(strange);
  });

  it('holds an account and another apart, and says of what', async () => {
    const store = await createDevice().open();
    for (const account of ['ana', 'an', 'anab']) await enrol(store, { account });
    await holdKey(store, { account: 'ana', credential: 'phone', secret: SECRET });
    await holdPacks(store, { account: 'an', horizon: hoursOfCodes() });
    expect(await custodyOf(store, 'ana')).toStrictEqual([
      { credential: 'phone', kind: 'device-key' },
    ]);
    expect(await custodyOf(store, 'an')).toStrictEqual([
      { credential: 'phone', kind: 'horizon', until: AT + 2 * HOUR },
    ]);
    expect(await custodyOf(store, 'anab')).toStrictEqual([]);
  });

  it('holds no seed and no code in the database that could be read out of it', async () => {
    const ana = await createStage('device key');
    const text = await ana.device.dump();
    expect(text).not.toContain(SECRET);
    const [row] = JSON.parse(text).custody;
    expect(row.key).toStrictEqual({});
  });

  it('has new packs in place of the old ones, and leaves keys alone', async () => {
    const store = await createDevice().open();
    await enrol(store, { account: 'ana' });
    await holdKey(store, { account: 'ana', credential: 'till', secret: SECRET });
    await holdPacks(store, { account: 'ana', horizon: hoursOfCodes() });
    const pack = { ...packOf(['111111'], 60), credential: 'tablet' };
    await holdPacks(store, { account: 'ana', horizon: { until: AT, packs: [pack] } });
    expect(await custodyOf(store, 'ana')).toStrictEqual([
      { credential: 'tablet', kind: 'horizon', until: AT },
      { credential: 'till', kind: 'device-key' },
    ]);
  });

  it('keeps what it had where the gateway answers with something else', async () => {
    const ana = await createStage('horizon pack');
    const { store } = await ana.tab();
    const horizon = { code: 'unavailable', status: 503 };
    await expect(holdPacks(store, { account: 'ana', horizon })).rejects.toThrow(TypeError);
    expect((await custodyOf(store, 'ana')).length).toBe(1);
  });

  it('refuses a credential without a name', async () => {
    const store = await createDevice().open();
    await enrol(store, { account: 'ana' });
    const nameless = { account: 'ana', credential: '', secret: SECRET };
    await expect(holdKey(store, nameless)).rejects.toThrow(TypeError);
  });
});

describe.each(KINDS)('a %s', (kind) => {
  it('verifies without anything being passed to the verifier', async () => {
    const ana = await createStage(kind);
    const { type } = await ana.tab();
    const accepted = await type();
    expect(accepted).toStrictEqual({
      ...{ id: accepted.id, accepted: true, by: 'local', standing: 'provisional' },
      ...{ step: AT / 30_000, offset: expect.any(Object) },
      left: { uses: 4, until: AT + 72 * HOUR },
    });
    expect(await type()).toMatchObject({ accepted: false, reason: 'replayed' });
    ana.time.now += 30_000;
    expect(await type(wrongCode(ana.time.now))).toMatchObject(REFUSED);
    expect(await type()).toMatchObject({ accepted: true, left: { uses: 3 } });
  });

  it('is good in one of two tabs, once, and never after a restart', async () => {
    const ana = await createStage(kind);
    const tabs = [await ana.tab(), await ana.tab()];
    const decisions = await Promise.all(tabs.map(({ type }) => type()));
    expect(decisions.filter(({ accepted }) => accepted).length).toBe(1);
    for (const { store } of tabs) store.close();
    const { store, type } = await ana.tab();
    expect(await type()).toMatchObject({ reason: 'replayed' });
    expect(await leaseOf(store, 'ana')).toMatchObject({ leased: true, uses: 4 });
  });

  it('is wiped with its lease by wrong codes in a row, and its history stays', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab({ policy: PATIENT, wipeAfter: 3 });
    await type();
    ana.time.now += 30_000;
    for (let n = 1; n <= 2; n++) expect(await type(wrongCode(ana.time.now))).toMatchObject(REFUSED);
    expect((await custodyOf(store, 'ana')).length).toBe(1);
    expect(await type(wrongCode(ana.time.now))).toMatchObject(REFUSED);
    expect(await custodyOf(store, 'ana')).toStrictEqual([]);
    expect(await leaseOf(store, 'ana')).toStrictEqual({ leased: false });
    expect(await type()).toMatchObject({ accepted: false });
    const { ledger, outbox } = JSON.parse(await ana.device.dump());
    expect(ledger[0].last).toStrictEqual({ phone: AT / 30_000 });
    expect(outbox.length).toBe(1);
  });

  it('starts to count again after a right code', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab({ policy: PATIENT, wipeAfter: 3 });
    for (let round = 0; round < 2; round++) {
      ana.time.now += 30_000;
      for (let n = 0; n < 2; n++) await type(wrongCode(ana.time.now));
      expect(await type()).toMatchObject({ accepted: true });
    }
    expect((await custodyOf(store, 'ana')).length).toBe(1);
  });

  it('is wiped before the next code is compared, where a crash kept the last one from doing it', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab({ policy: PATIENT, wipeAfter: 3 });
    const ledger = dexieLedger(store, { now: () => AT });
    for (let n = 0; n < 3; n++) await ledger.take('ana', { attempts: PATIENT.attempts });
    expect((await custodyOf(store, 'ana')).length).toBe(1);
    expect(await type()).toMatchObject({ accepted: false });
    expect(await custodyOf(store, 'ana')).toStrictEqual([]);
  });

  it('is wiped by wrong codes that are typed at once, and a right one among them comes too late', async () => {
    const ana = await createStage(kind);
    const few = { policy: PATIENT, wipeAfter: 3 };
    const tabs = [await ana.tab(few), await ana.tab(few)];
    const wrong = wrongCode(AT);
    const typed = Array.from({ length: 8 }, (_, n) => tabs[n % 2]?.type(n < 6 ? wrong : undefined));
    const decisions = await Promise.all(typed);
    expect(decisions.filter((decision) => decision?.accepted)).toStrictEqual([]);
    expect(await custodyOf(tabs[0]?.store as never, 'ana')).toStrictEqual([]);
  });

  it('is given up when the gateway revokes it, whatever is told after', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab();
    await type();
    await forget(store, { account: 'ana' });
    await tellLease(store, { account: 'ana', lease: LEASE, toldAt: AT + HOUR });
    expect(await custodyOf(store, 'ana')).toStrictEqual([]);
    expect(await leaseOf(store, 'ana')).toStrictEqual({ leased: false });
    expect(await enrolled(store, 'ana')).not.toHaveProperty('device');
    ana.time.now += 30_000;
    expect(await type()).toMatchObject({ accepted: false });
    const { ledger, outbox } = JSON.parse(await ana.device.dump());
    expect([ledger[0].last.phone, outbox.length]).toStrictEqual([AT / 30_000, 1]);
  });

  it('verifies again once the account is enrolled with another lease, and replays nothing', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab();
    await type();
    await forget(store, { account: 'ana' });
    await enrol(store, { account: 'ana', lease: LEASE });
    if (kind === 'device key') {
      await holdKey(store, { account: 'ana', credential: 'phone', secret: SECRET });
    } else {
      await holdPacks(store, { account: 'ana', horizon: hoursOfCodes() });
    }
    expect(await type()).toMatchObject({ accepted: false, reason: 'replayed' });
    ana.time.now += 30_000;
    // The decision that was told to nobody yet counts against the new lease.
    expect(await type()).toMatchObject({ accepted: true, left: { uses: 3 } });
  });

  it('accepts nothing where what was used up is lost', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab();
    await store.write(['ledger'], ({ ledger }) => ledger.clear());
    expect(await type()).toMatchObject({ accepted: false, reason: 'unavailable' });
  });

  it('accepts nothing where its account is lost, and nothing where all is', async () => {
    const ana = await createStage(kind);
    const { store, type } = await ana.tab();
    await store.write(['accounts'], ({ accounts }) => accounts.clear());
    expect(await type()).toMatchObject(REFUSED);
    await store.write(['custody', 'ledger', 'clock'], async ({ custody, ledger, clock }) => {
      await Promise.all([custody.clear(), ledger.clear(), clock.clear()]);
    });
    expect(await type()).toMatchObject(REFUSED);
  });

  it('matches nothing once it is deleted, even for who found it before', async () => {
    const ana = await createStage(kind);
    const { store } = await ana.tab();
    const [held] = await storedCredentials(store, { now: () => AT })('ana');
    const options = { at: AT, window: { backward: 2, forward: 1 } };
    expect(await held?.verify(codeAt(AT), options)).toMatchObject({ valid: true });
    await store.write(['custody'], ({ custody }) => custody.clear());
    const verdict = await held?.verify(codeAt(AT), options);
    expect(verdict).toStrictEqual({ valid: false, reason: 'mismatch' });
  });

  it('is found for accounts that are enrolled, and no others', async () => {
    const ana = await createStage(kind);
    const { store } = await ana.tab();
    const find = storedCredentials(store, { now: () => AT });
    expect((await find('ana')).map(({ id }) => id)).toStrictEqual(['phone']);
    await store.write(['accounts'], ({ accounts }) => accounts.clear());
    expect(await find('ana')).toStrictEqual([]);
  });

  it('is wiped by wrong codes wherever they were counted', async () => {
    const ana = await createStage(kind);
    const { store, verifier } = await ana.tab({ policy: PATIENT, wipeAfter: 3 });
    const wrong = { account: 'ana', code: wrongCode(AT), from: { device: 'till' } };
    for (let n = 0; n < 3; n++) await verifier.verify(wrong);
    expect(await custodyOf(store, 'ana')).toStrictEqual([]);
  });
});

describe('a horizon pack and an authority', () => {
  it('lets in whom the authority knows by a code too far off, and accepts nothing alone after', async () => {
    const ana = await createStage('horizon pack');
    const answers: ('valid' | 'down')[] = ['valid', 'down', 'valid', 'down'];
    const { type } = await ana.tab({
      authority: {
        async verify() {
          if (answers.shift() === 'valid') return { ruling: 'valid' };
          throw Object.assign(new Error('down'), { kind: 'down' });
        },
        status: async () => 'active',
      },
      policy: { mode: 'authority-first', liveDeadline: 30_000 },
    });
    const ahead = codeAt(AT + 180_000);
    expect(await type(ahead)).toMatchObject({ accepted: true, by: 'authority' });
    expect(await type()).toMatchObject({ accepted: false, reason: 'unavailable' });
    ana.time.now += 30_000;
    expect(await type()).toMatchObject({ accepted: true, by: 'authority' });
    ana.time.now += 30_000;
    expect(await type()).toMatchObject({ accepted: true, standing: 'provisional' });
  });
});

describe('a horizon pack that has ended', () => {
  it('is held no more, and there is nothing to guess at: neither it nor the lease is wiped', async () => {
    const ana = await createStage('horizon pack');
    const { store, type } = await ana.tab({ policy: PATIENT, wipeAfter: 3 });
    ana.time.now = AT + 2 * HOUR;
    const derive = vi.spyOn(crypto.subtle, 'deriveBits');
    for (let n = 0; n < 5; n++) expect(await type()).toMatchObject(REFUSED);
    expect(derive).not.toHaveBeenCalled();
    expect(await custodyOf(store, 'ana')).toMatchObject([{ until: AT + 2 * HOUR }]);
    expect(await leaseOf(store, 'ana')).toMatchObject({ leased: true, uses: 5 });
  });
});

describe('how many wrong codes there may be', () => {
  it('is nine unless said otherwise: the tenth wipes', async () => {
    const ana = await createStage('device key');
    const { store, type } = await ana.tab({ policy: PATIENT });
    const ledger = dexieLedger(store, { now: () => AT });
    for (let n = 0; n < 8; n++) await ledger.take('ana', { attempts: PATIENT.attempts });
    const held = [];
    for (let n = 0; n < 2; n++) {
      await type(wrongCode(AT));
      held.push((await custodyOf(store, 'ana')).length);
    }
    expect(held).toStrictEqual([1, 0]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3'])(
    'is refused as %s',
    async (n) => {
      const ana = await createStage('device key');
      await expect(ana.tab({ wipeAfter: n as number })).rejects.toThrow('wipeAfter');
    },
  );
});
