import { describe, expect, it } from 'vitest';
import { enrolled } from '../src/accounts.js';
import { custodyOf } from '../src/custody.js';
import { dexieOutbox } from '../src/dexie-outbox.js';
import { leaseOf } from '../src/lease.js';
import { AT, CREDENTIAL, createScene, cut, HOUR, through } from './sync-stage.js';

const LAPSED = 91_000;
const NONE = { confirmed: 0, contradicted: 0, ambiguous: 0, lapsed: 0, open: 0 };
const NOTHING = { told: 0, dead: 0, failed: 0 };
const LOCAL = { policy: { mode: 'local-first', liveDeadline: 30_000 } } as const;

describe('evidence', () => {
  it('is told once its code is dead, in the words of its decision, and once', async () => {
    const scene = await createScene();
    scene.world.wire = cut;
    const tab = await scene.tab();
    const { id } = await scene.type(tab);
    scene.time.now += LAPSED;
    expect(await tab.drain()).toStrictEqual({
      ...{ told: 0, dead: 0, failed: 1 },
      settled: { ...NONE, lapsed: 1 },
    });
    const claim = { id, credential: CREDENTIAL, step: AT / 30_000, at: AT };
    expect(await tab.evidence()).toStrictEqual([
      { ...claim, account: 'ana', openSince: AT, tries: 0 },
    ]);
    scene.world.wire = through;
    expect(await tab.drain()).toStrictEqual({ ...NOTHING, told: 1 });
    expect(await tab.drain()).toStrictEqual(NOTHING);
    expect(await tab.evidence()).toStrictEqual([]);
    const told = scene.asked.filter(({ path }) => path === '/v1/evidence');
    expect(told.map(({ body }) => JSON.parse(body))).toStrictEqual([{ rows: [claim] }]);
  });

  it('is none where the gateway confirmed the code while it lived', async () => {
    const scene = await createScene();
    scene.world.wire = cut;
    const tab = await scene.tab(LOCAL);
    const { id } = await scene.type(tab);
    scene.world.wire = through;
    scene.world.ruling = { ruling: 'valid' };
    expect(await tab.drain()).toStrictEqual({ ...NOTHING, settled: { ...NONE, confirmed: 1 } });
    expect(await tab.evidence()).toStrictEqual([]);
    expect(await tab.verifier.settled(id)).toBe('confirmed');
    scene.time.now += LAPSED;
    await tab.drain();
    expect(scene.told()).toStrictEqual([]);
  });

  it('is no second use where our own question had used the step, and only its answer was lost', async () => {
    const scene = await createScene();
    scene.world.ruling = { ruling: 'valid' };
    scene.world.wire = async (request, onward) => {
      await onward(request);
      throw new TypeError('terminated');
    };
    const tab = await scene.tab(LOCAL);
    const { id } = await scene.type(tab);
    scene.time.now += LAPSED;
    scene.world.wire = through;
    expect(await tab.drain()).toStrictEqual({
      ...NOTHING,
      told: 1,
      settled: { ...NONE, ambiguous: 1 },
    });
    expect(scene.told()).toStrictEqual([[id]]);
    expect(await tab.evidence()).toStrictEqual([]);
    expect(scene.news).toStrictEqual([]);
  });

  it('is no second use either where the gateway was asked and had no ruling', async () => {
    const scene = await createScene();
    scene.world.ruling = { ruling: 'of none of ours' } as never;
    const tab = await scene.tab(LOCAL);
    const { id } = await scene.type(tab);
    expect(await tab.verifier.settled(id)).toBe('lapsed');
    expect(await tab.drain()).toStrictEqual({ ...NOTHING, told: 1 });
    expect(scene.told()).toStrictEqual([[id]]);
    expect(scene.news).toStrictEqual([]);
  });

  it('is none where the gateway judged the code and said no', async () => {
    const scene = await createScene();
    scene.world.wire = cut;
    const tab = await scene.tab(LOCAL);
    const { id } = await scene.type(tab);
    scene.world.wire = through;
    scene.world.ruling = { ruling: 'invalid', reason: 'mismatch' };
    expect(await tab.drain()).toMatchObject({ settled: { contradicted: 1 } });
    expect(scene.revoked).toStrictEqual([id]);
    expect(await tab.evidence()).toStrictEqual([]);
  });

  it('waits while the gateway can’t say whether the account may still sign in', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    await scene.type(tab);
    scene.time.now += LAPSED;
    scene.world.status = undefined as never;
    expect(await tab.drain()).toStrictEqual({ ...NOTHING, settled: { ...NONE, lapsed: 1 } });
    expect(scene.told()).toStrictEqual([]);
    scene.world.status = 'active';
    expect(await tab.drain()).toStrictEqual({ ...NOTHING, told: 1 });
  });

  it('is not told of before the account’s news are carried out', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    await scene.type(tab);
    scene.time.now += LAPSED;
    await tab.drain();
    expect(scene.asked.map(({ path }) => path)).toStrictEqual([
      '/v1/sync',
      '/v1/accounts/ana',
      '/v1/evidence',
      '/v1/sync',
    ]);
  });
});

describe('an account that was denied meanwhile', () => {
  it.each(['suspended', 'unknown'] as const)('is ended here: %s', async (status) => {
    const scene = await createScene();
    const tab = await scene.tab();
    const lapsed = await scene.type(tab);
    scene.time.now += LAPSED;
    scene.world.wire = cut;
    await tab.drain();
    const open = await scene.type(tab);
    scene.world.wire = through;
    scene.world.status = status;
    expect(await tab.drain()).toStrictEqual({
      ...{ told: 2, dead: 0, failed: 0 },
      // It was contradicted when its account was asked after, before the live lane's turn.
      settled: NONE,
    });
    expect(scene.revoked.toSorted()).toStrictEqual([lapsed.id, open.id].toSorted());
    expect(scene.news).toStrictEqual([
      { type: 'revoked', account: 'ana', ids: [open.id, lapsed.id], why: status },
    ]);
    expect(await custodyOf(tab.store, 'ana')).toStrictEqual([]);
    expect(await leaseOf(tab.store, 'ana')).toStrictEqual({ leased: false });
    const state = await tab.store.read(['ledger'], ({ ledger }) => ledger.get('ana'));
    expect(state?.latch?.id).toBe(open.id);
    await tab.drain();
    expect(scene.revoked.length).toBe(2);
  });

  it('is asked after again until all of it is ended: another tab may be asking about a code', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    const { id } = await scene.type(tab);
    await dexieOutbox(tab.store).claim(id, { at: AT, until: AT + 30_000 });
    scene.world.status = 'suspended';
    await tab.drain();
    expect(scene.revoked).toStrictEqual([]);
    expect(await tab.contact('ana')).toMatchObject({ since: 0, tries: 1 });
    scene.time.now += 30_000;
    await tab.drain();
    expect(scene.revoked).toStrictEqual([id]);
    expect(await tab.contact('ana')).toMatchObject({ since: AT + 30_000, tries: 0 });
  });

  it('is told in its order, though a tab died asking about the older one', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    const older = await scene.type(tab);
    scene.nextStep();
    const younger = await scene.type(tab);
    scene.time.now += 91_000;
    const { now } = scene.time;
    await dexieOutbox(tab.store).claim(older.id, { at: now, until: now + 65_000 });
    expect(await tab.drain()).toMatchObject({ told: 0 });
    expect(await tab.evidence()).toMatchObject([{ id: younger.id, tries: 0 }]);
    scene.time.now += 65_000;
    expect(await tab.drain()).toMatchObject({ told: 2 });
    expect(scene.told()).toStrictEqual([[older.id, younger.id]]);
  });

  it('is ended where its device was revoked, and evidence stays to be told by another', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    await tab.drain();
    const { id } = await scene.type(tab);
    await scene.operator('DELETE', `/v1/accounts/ana/devices/${scene.devices.get('ana')}`);
    expect(await tab.drain()).toMatchObject({ failed: 1 });
    expect(scene.revoked).toStrictEqual([id]);
    expect(await custodyOf(tab.store, 'ana')).toStrictEqual([]);
    expect(await tab.drain()).toMatchObject({ failed: 1 });
    expect(scene.news.map(({ type }) => type)).toStrictEqual(['revoked', 'paused']);
    expect(await tab.evidence()).toMatchObject([{ id, revoked: true, openSince: AT }]);
    await scene.register('ana');
    expect(await tab.drain()).toMatchObject({ told: 1, failed: 0 });
  });

  it('is ended with its account, when that is deleted', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    await tab.drain();
    const { id } = await scene.type(tab);
    await scene.operator('DELETE', '/v1/accounts/ana');
    await tab.drain();
    expect(scene.revoked).toStrictEqual([id]);
  });

  it.each([
    ['before it ever asked', false],
    ['and hears of it by a clock set ahead', true],
  ])('accepts nothing until its token opens something again: revoked %s', async (_how, asked) => {
    const scene = await createScene();
    const tab = await scene.tab();
    if (asked) await tab.drain();
    await scene.operator('DELETE', `/v1/accounts/ana/devices/${scene.devices.get('ana')}`);
    await tab.drain(true, asked ? { now: () => AT + 100 * HOUR } : {});
    expect(await leaseOf(tab.store, 'ana')).toMatchObject({ leased: true, uses: 0 });
    const typed = { account: 'ana', code: scene.codeOf('ana') };
    expect(await tab.verifier.verify(typed)).toMatchObject({ reason: 'unavailable' });
    expect(scene.revoked).toStrictEqual([]);
    await scene.register('ana');
    await tab.drain();
    expect(await tab.verifier.verify(typed)).toMatchObject({ accepted: true });
  });

  it('is only waited for where its token may just have ended', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    await tab.drain();
    const { id } = await scene.type(tab);
    scene.time.now += 72 * HOUR;
    expect(await tab.drain()).toMatchObject({ failed: 1, settled: { lapsed: 1 } });
    expect(scene.news).toStrictEqual([{ type: 'paused', account: 'ana' }]);
    expect(scene.revoked).toStrictEqual([]);
    const asked = scene.asked.length;
    await tab.drain(false);
    expect(scene.asked.length).toBe(asked);
    await scene.register('ana');
    expect(await tab.drain(false)).toMatchObject({ told: 1, failed: 0 });
    expect(scene.told()).toStrictEqual([[id]]);
  });

  it('is latched here where it is at the gateway', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    // A contradiction there: provisional at the gateway, denied when it asks again.
    await scene.gateway.verifier.verify({ account: 'ana', code: scene.codeOf('ana') });
    scene.world.ruling = { ruling: 'invalid', reason: 'mismatch' };
    await scene.gateway.verifier.reconcile();
    await tab.drain();
    const state = await tab.store.read(['ledger'], ({ ledger }) => ledger.get('ana'));
    expect(state?.latch).toStrictEqual({ id: 'mismatch', at: AT });
    expect(await custodyOf(tab.store, 'ana')).not.toStrictEqual([]);
  });

  it('hears of a decision that the gateway took back after ours had lapsed', async () => {
    const scene = await createScene();
    const tab = await scene.tab(LOCAL);
    const { id } = await scene.type(tab);
    const row = await tab.store.read(['outbox'], ({ outbox }) => outbox.get(id));
    expect(row?.row).toMatchObject({ sent: 'pending' });
    // Nobody polls it for as long as anybody cares.
    scene.world.wire = cut;
    scene.time.now += 72 * HOUR + 1;
    await tab.drain();
    expect(await tab.evidence()).toMatchObject([{ id, decision: row?.row.decision }]);
    scene.world.ruling = { ruling: 'invalid', reason: 'mismatch' };
    scene.time.now = AT + 1000;
    await scene.gateway.verifier.reconcile();
    scene.world.wire = through;
    await tab.drain();
    expect(scene.revoked).toStrictEqual([id]);
    expect(scene.news).toContainEqual({
      ...{ type: 'revoked', account: 'ana', ids: [id], why: 'contradicted' },
    });
  });
});

describe('what a device is told of itself', () => {
  it('is the time, once for each drain', async () => {
    const scene = await createScene({ accounts: ['ana', 'ben'] });
    const tab = await scene.tab();
    await tab.store.write(['clock'], ({ clock }) => clock.clear());
    expect(await tab.verifier.clock.read()).toMatchObject({ state: 'unknown' });
    await tab.drain();
    expect(await tab.verifier.clock.read()).toMatchObject({ state: 'safe' });
    const stored = await tab.store.read(['clock'], ({ clock }) => clock.get('device'));
    expect(stored?.vouched).toBe(1);
  });

  it('is its lease, without what the gateway has not heard of, and full again once it has', async () => {
    const scene = await createScene({ uses: 3 });
    const tab = await scene.tab();
    await scene.type(tab);
    scene.nextStep();
    await scene.type(tab);
    await tab.drain();
    const before = await leaseOf(tab.store, 'ana');
    expect(before).toStrictEqual({ leased: true, uses: 1, until: scene.time.now + 72 * HOUR });
    scene.time.now += LAPSED;
    await tab.drain();
    expect(scene.told().flat().length).toBe(2);
    const after = await leaseOf(tab.store, 'ana');
    expect(after).toStrictEqual({ leased: true, uses: 3, until: scene.time.now + 72 * HOUR });
    expect(scene.alarms).toStrictEqual([]);
    expect(await enrolled(tab.store, 'ana')).toMatchObject({ lease: { spent: [] } });
  });
});
