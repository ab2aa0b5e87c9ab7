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
    const outboxes = tabs.map(dexieOutbox);
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
