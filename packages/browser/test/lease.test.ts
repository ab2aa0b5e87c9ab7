import { keyCredential } from '@driftlock/verifier';
import { describe, expect, it } from 'vitest';
import { enrol } from '../src/accounts.js';
import { dexieLedger } from '../src/dexie-ledger.js';
import { leaseOf, tellLease } from '../src/lease.js';
import type { Store } from '../src/store.js';
import { AT, createStage, HOUR, KEY, KINDS, LEASE } from './custody-stage.js';
import { createDevice } from './device.js';

const BUDGET = { uses: 10, hours: 72 };
const use = (step: number, more: object = {}) => ({
  ...{ account: 'ana', credential: 'phone', step, at: AT },
  reserve: { id: `d${step}`, ...BUDGET },
  ...more,
});
const tell = (store: Store, uses: number, toldAt = AT) =>
  tellLease(store, { account: 'ana', lease: { uses, until: LEASE.until }, toldAt });
const usesOf = async (store: Store) => {
  const left = await leaseOf(store, 'ana');
  return left.leased ? left.uses : 'none';
};

async function createLeased(lease: { uses: number; until: number } = LEASE) {
  const store = await createDevice().open();
  await enrol(store, { account: 'ana', lease });
  return { store, ledger: dexieLedger(store, { now: () => AT }) };
}

/** A decision as the outbox has it. */
async function settle(store: Store, id: string, settlement?: 'confirmed' | 'lapsed') {
  const row = { id, account: 'ana', decidedAt: AT, ...(settlement ? { settlement } : {}) };
  await store.write(['outbox'], ({ outbox }) =>
    outbox.put({ row, ...(settlement ? {} : { openSince: AT }) } as never),
  );
}

describe('a lease', () => {
  it('gives as many uses as the gateway told of, and one more to nobody', async () => {
    const { store, ledger } = await createLeased({ ...LEASE, uses: 2 });
    expect(await leaseOf(store, 'ana')).toStrictEqual({
      leased: true,
      uses: 2,
      until: LEASE.until,
    });
    const outcomes = [];
    for (const step of [1, 2, 3]) outcomes.push(await ledger.consume(use(step)));
    expect(outcomes).toStrictEqual(['first', 'first', 'spent']);
    expect(await usesOf(store)).toBe(0);
    expect((await ledger.state('ana')).last).toStrictEqual({ phone: 2 });
  });

  it('gives its last use to one of fifty, in two tabs', async () => {
    const device = createDevice();
    const tabs = [await device.open(), await device.open()];
    await enrol(tabs[0] as Store, { account: 'ana', lease: { ...LEASE, uses: 1 } });
    const ledgers = tabs.map((store) => dexieLedger(store));
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        ledgers[n % 2]?.consume(use(n + 1, { credential: `c${n}` })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'first').length).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'spent').length).toBe(49);
  });

  it('never gives more than the budget, however much is leased', async () => {
    const { ledger } = await createLeased({ ...LEASE, uses: 10 });
    const small = { uses: 1, hours: 72 };
    const outcomes = [];
    for (const step of [1, 2]) {
      outcomes.push(await ledger.consume(use(step, { reserve: { id: `d${step}`, ...small } })));
    }
    expect(outcomes).toStrictEqual(['first', 'spent']);
  });

  it('is over at its instant', async () => {
    const { ledger } = await createLeased({ uses: 5, until: AT + 1000 });
    expect(await ledger.consume(use(1, { at: AT + 999 }))).toBe('first');
    expect(await ledger.consume(use(2, { at: AT + 1000 }))).toBe('spent');
  });

  it('calls a used step a replay, whether or not anything is left', async () => {
    const { ledger } = await createLeased({ ...LEASE, uses: 1 });
    await ledger.consume(use(1));
    expect(await ledger.consume(use(1))).toBe('replay');
    expect(await ledger.consume(use(2))).toBe('spent');
  });

  it('costs nothing where no offline use is reserved', async () => {
    const { store, ledger } = await createLeased();
    const { reserve: _, ...confirmed } = use(1);
    expect(await ledger.consume(confirmed)).toBe('first');
    expect(await usesOf(store)).toBe(5);
  });

  it('has back the use of a decision that the authority confirmed, and no other', async () => {
    const { store, ledger } = await createLeased();
    for (const step of [1, 2, 3]) {
      await ledger.consume(use(step));
      await settle(store, `d${step}`);
    }
    await settle(store, 'd2', 'confirmed');
    await ledger.giveBack('ana', { yes: ['d1', 'd2', 'd3'] });
    expect((await ledger.state('ana')).uses).toStrictEqual([]);
    expect(await usesOf(store)).toBe(3);
    await ledger.consume(use(4));
    expect(await usesOf(store)).toBe(2);
  });

  it('told anew is full again, less what the gateway has not heard of', async () => {
    const { store, ledger } = await createLeased();
    for (const step of [1, 2, 3, 4]) {
      await ledger.consume(use(step));
      await settle(store, `d${step}`);
    }
    await settle(store, 'd1', 'lapsed');
    await settle(store, 'd2', 'lapsed');
    const told = { account: 'ana', credential: 'phone', step: 2, at: AT, tries: 0 };
    await store.write(['evidence'], ({ evidence }) =>
      evidence.add({ id: 'd2', ...told, openSince: AT }),
    );
    await tell(store, 5);
    expect(await usesOf(store)).toBe(2);
  });

  it('told while a decision is being made gives nothing back of it, whose row is written after', async () => {
    const { store, ledger } = await createLeased();
    await ledger.consume(use(1));
    await tell(store, 5);
    await settle(store, 'd1');
    expect(await usesOf(store)).toBe(4);
    await settle(store, 'd1', 'lapsed');
    await tell(store, 5);
    expect(await usesOf(store)).toBe(5);
  });

  it('that begins anew gives nothing back of it either, until the authority’s next yes', async () => {
    const { store, ledger } = await createLeased();
    await ledger.consume(use(1));
    await enrol(store, { account: 'ana', lease: LEASE });
    expect(await usesOf(store)).toBe(4);
    await ledger.giveBack('ana', { yes: ['d1'] });
    await tell(store, 5);
    expect(await usesOf(store)).toBe(5);
  });

  it('of fewer uses than were spent has none left, and no less', async () => {
    const { store, ledger } = await createLeased();
    for (const step of [1, 2]) {
      await ledger.consume(use(step));
      await settle(store, `d${step}`);
    }
    await tell(store, 1);
    expect(await usesOf(store)).toBe(0);
    expect(await ledger.consume(use(3))).toBe('spent');
  });

  it('is not what was told before it', async () => {
    const { store } = await createLeased();
    await tell(store, 3, AT + 2);
    await tell(store, 5, AT + 1);
    expect(await usesOf(store)).toBe(3);
  });

  it('is told to no account that is not enrolled', async () => {
    const store = await createDevice().open();
    await tell(store, 5);
    expect(await leaseOf(store, 'ana')).toStrictEqual({ leased: false });
  });

  it('stays as it is where the account is enrolled again without one', async () => {
    const { store } = await createLeased();
    await enrol(store, { account: 'ana', user: '17', device: 'till' });
    expect(await usesOf(store)).toBe(5);
    const row = await store.read(['accounts'], ({ accounts }) => accounts.get('ana'));
    expect(row).toMatchObject({ user: '17', device: 'till' });
  });

  it.each([
    ['no uses', { until: AT }],
    ['half a use', { uses: 0.5, until: AT }],
    ['less than none', { uses: -1, until: AT }],
    ['no end', { uses: 1 }],
    ['an end that is none', { uses: 1, until: Number.POSITIVE_INFINITY }],
    ['nothing', null],
  ])('is refused where it has %s', async (_what, lease) => {
    const { store } = await createLeased();
    const told = { account: 'ana', lease: lease as never, toldAt: AT };
    await expect(tellLease(store, told)).rejects.toThrow(TypeError);
    if (lease !== null) {
      await expect(enrol(store, { account: 'ana', lease: lease as never })).rejects.toThrow(
        TypeError,
      );
    }
    expect(await usesOf(store)).toBe(5);
  });

  it('is refused where nobody says when it was told', async () => {
    const { store } = await createLeased();
    await expect(tell(store, 5, Number.NaN)).rejects.toThrow(TypeError);
  });
});

describe('custody without a lease', () => {
  it.each(KINDS)('is good for nothing (%s)', async (kind) => {
    const ana = await createStage(kind, { lease: undefined });
    const { store, type } = await ana.tab();
    expect(await type()).toMatchObject({ accepted: false, reason: 'unavailable' });
    await tell(store, 5);
    expect(await type()).toMatchObject({ accepted: true, left: { uses: 4 } });
  });

  it('is no matter where the caller holds the credentials: the budget counts', async () => {
    const ana = await createStage('device key', { lease: undefined });
    const { store, type } = await ana.tab({
      credentials: async () => [keyCredential({ id: 'phone', key: KEY })],
    });
    await store.write(['custody'], ({ custody }) => custody.clear());
    expect(await type()).toMatchObject({ accepted: true, left: { uses: 9 } });
  });
});

describe('what a decision says is left', () => {
  it('is the smaller of lease and budget, in uses and in time', async () => {
    const ana = await createStage('device key', { lease: { uses: 3, until: AT + HOUR } });
    const seen = [];
    for (const offline of [
      { uses: 10, hours: 72 },
      { uses: 2, hours: 72 },
      { uses: 10, hours: 0.5 },
    ]) {
      const { type } = await ana.tab({
        policy: { mode: 'offline', liveDeadline: 30_000, offline },
      });
      ana.time.now += 30_000;
      const decision = await type();
      seen.push(decision.accepted ? decision.left : decision.reason);
    }
    expect(seen).toStrictEqual([
      { uses: 2, until: AT + HOUR },
      { uses: 0, until: AT + HOUR },
      { uses: 0, until: AT + 30_000 + HOUR / 2 },
    ]);
  });

  it('is told to listeners, too', async () => {
    const ana = await createStage('device key');
    const { type } = await ana.tab();
    const { id } = await type();
    expect(ana.events.find(({ type: what }) => what === 'decided')).toMatchObject({
      decision: { id, left: { uses: 4 } },
    });
  });
});
