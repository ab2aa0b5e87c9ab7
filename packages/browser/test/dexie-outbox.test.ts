import type { OutboxRow } from '@driftlock/verifier';
import { outboxChecks } from '@driftlock/verifier/testing';
import { describe, expect, it } from 'vitest';
import { dexieOutbox } from '../src/dexie-outbox.js';
import { createDevice } from './device.js';

const AT = 1_800_000_000_000;
const CANARY = '73195042';
const row = (id: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
  id,
  account: 'ana',
  user: '17',
  credential: 'phone',
  step: 60_000_000,
  at: AT,
  decidedAt: AT,
  deadline: AT + 60_000,
  code: CANARY,
  sent: 'no',
  retried: false,
  ...more,
});

describe('the outbox kit', () => {
  it.each(outboxChecks)('$name', ({ run }) =>
    run(async () => dexieOutbox(await createDevice().open())),
  );
});

describe('an outbox in the store', () => {
  it('keeps its rows, oldest decision first, when the tab is closed', async () => {
    const device = createDevice();
    const store = await device.open();
    const [younger, older] = [row('a', { decidedAt: AT + 1 }), row('b')];
    await dexieOutbox(store).add(younger);
    await dexieOutbox(store).add(older);
    store.close();
    const outbox = dexieOutbox(await device.open());
    expect(await outbox.open()).toStrictEqual([older, younger]);
  });

  it('lets one of two tabs claim a row', async () => {
    const device = createDevice();
    const tabs = await Promise.all([device.open(), device.open()]);
    const outboxes = tabs.map((store) => dexieOutbox(store));
    await outboxes[0]?.add(row('a'));
    const claim = { at: AT, until: AT + 1000 };
    const claims = await Promise.all(outboxes.map((outbox) => outbox.claim('a', claim)));
    expect(claims.filter((claimed) => claimed !== undefined)).toStrictEqual([row('a')]);
  });

  it('leaves no digits in the database when a row is settled', async () => {
    const device = createDevice();
    const outbox = dexieOutbox(await device.open());
    await outbox.add(row('a'));
    expect(await device.dump()).toContain(CANARY);
    await outbox.settle('a', 'confirmed', AT);
    expect(await device.dump()).not.toContain(CANARY);
  });

  it('indexes open rows by account, and settled ones not at all', async () => {
    const store = await createDevice().open();
    const outbox = dexieOutbox(store);
    for (const id of ['a', 'b']) await outbox.add(row(id));
    await outbox.add(row('c', { account: 'ben' }));
    await outbox.settle('b', 'lapsed', AT);
    const open = await store.read(['outbox'], (tables) =>
      tables.outbox
        .where('[row.account+openSince]')
        .between(['ana', 0], ['ana', AT + 1])
        .toArray(),
    );
    expect(open).toStrictEqual([{ row: row('a'), openSince: AT }]);
  });

  it('never replaces a row, so that no digits come back', async () => {
    const device = createDevice();
    const outbox = dexieOutbox(await device.open());
    await outbox.add(row('a'));
    await outbox.settle('a', 'confirmed', AT);
    await expect(outbox.add(row('a'))).rejects.toMatchObject({ code: 'ERR_STORE' });
    expect(await device.dump()).not.toContain(CANARY);
  });
});

describe('a decision that was settled', () => {
  const settled = async (
    settlement: 'confirmed' | 'contradicted' | 'ambiguous' | 'lapsed',
    more: Partial<OutboxRow> = {},
  ) => {
    const store = await createDevice().open();
    const outbox = dexieOutbox(store);
    await outbox.add(row('a', more));
    await outbox.settle('a', settlement, AT + 5);
    return store.read(['evidence'], ({ evidence }) => evidence.toArray());
  };
  const evidence = {
    ...{ id: 'a', account: 'ana', credential: 'phone', step: 60_000_000 },
    ...{ at: AT, openSince: AT, tries: 0 },
  };

  it('is evidence, without digits, and says whether the gateway may have the code', async () => {
    expect(await settled('lapsed')).toStrictEqual([evidence]);
    expect(await settled('ambiguous')).toStrictEqual([{ ...evidence, asked: true }]);
    expect(await settled('lapsed', { decision: 'theirs' })).toStrictEqual([
      { ...evidence, decision: 'theirs', asked: true },
    ]);
  });

  it('is none where it was confirmed, or where the gateway judged the code', async () => {
    expect(await settled('confirmed')).toStrictEqual([]);
    expect(await settled('contradicted', { sent: 'denied', denial: 'mismatch' })).toStrictEqual([]);
    expect(await settled('contradicted', { sent: 'denied', denial: 'reused' })).toStrictEqual([]);
  });

  it('is evidence where its account was denied, with nothing left to end', async () => {
    const denied = { sent: 'denied', denial: 'suspended', decision: 'theirs' } as const;
    expect(await settled('contradicted', denied)).toStrictEqual([
      { ...evidence, decision: 'theirs', asked: true, revoked: true },
    ]);
  });

  it('settles and becomes evidence in one transaction', async () => {
    const store = await createDevice().open();
    const outbox = dexieOutbox(store);
    await outbox.add(row('a'));
    // Something is in its place: the evidence can't be added, so nothing is settled.
    await store.write(['evidence'], async (tables) => {
      await tables.evidence.add(evidence);
    });
    await expect(outbox.settle('a', 'lapsed', AT)).rejects.toMatchObject({ code: 'ERR_STORE' });
    expect(await outbox.find('a')).toStrictEqual(row('a'));
  });
});

describe('an outbox that is full', () => {
  it('takes no more rows, open ones and evidence together, and drops none', async () => {
    const device = createDevice();
    const store = await device.open();
    const outbox = dexieOutbox(store, { room: 2 });
    await outbox.add(row('a'));
    await outbox.add(row('b'));
    await outbox.settle('a', 'lapsed', AT);
    await expect(outbox.add(row('c'))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' });
    expect((await outbox.open()).map(({ id }) => id)).toStrictEqual(['b']);
    await outbox.settle('b', 'confirmed', AT);
    await outbox.add(row('c'));
    expect((await outbox.open()).map(({ id }) => id)).toStrictEqual(['c']);
  });

  it('counts again before ten tabs could have filled it', async () => {
    const device = createDevice();
    const store = await device.open();
    const room = 1101;
    const outbox = dexieOutbox(store, { room });
    await outbox.add(row('first'));
    // What ten others add, as far as they may without counting.
    await store.write(['outbox'], async (tables) => {
      const others = Array.from({ length: 1000 }, (_, n) => row(`other-${n}`));
      await tables.outbox.bulkAdd(others.map((each) => ({ row: each, openSince: AT })));
    });
    for (let n = 0; n < 100; n++) await outbox.add(row(`own-${n}`));
    expect((await outbox.open()).length).toBe(room);
    await expect(outbox.add(row('last'))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' });
    expect(await outbox.find('last')).toBe(undefined);
  });

  it('says the same of a row that is there already as one that has room', async () => {
    const outbox = dexieOutbox(await createDevice().open(), { room: 2 });
    await outbox.add(row('a'));
    await expect(outbox.add(row('a'))).rejects.toMatchObject({ code: 'ERR_STORE' });
  });
});
