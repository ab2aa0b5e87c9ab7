// Several tabs of one device: with Web Locks, without them, and with tabs that freeze or die.
import { describe, expect, it } from 'vitest';
import { LEASE } from '../src/evidence-row.js';
import { leaseOf } from '../src/lease.js';
import { AT, CREDENTIAL, createScene, cut, through } from './sync-stage.js';

const STEP = AT / 30_000;
const NOTHING = { told: 0, dead: 0, failed: 0 };

/** Web Locks as tabs share them, with `ifAvailable` alone. */
function createLocks() {
  const held = new Set<string>();
  const asked: string[] = [];
  const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
    const [options, work] = rest as [LockOptions, (lock: Lock | null) => Promise<unknown>];
    asked.push(name);
    if (!options.ifAvailable) throw new Error('nobody waits for this lock');
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
    }
  };
  return { held, asked, request: request as LockManager['request'] };
}

function createGate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

async function withRows(count: number, accounts = ['ana']) {
  const scene = await createScene({ accounts });
  const tab = await scene.tab();
  const rows = accounts.flatMap((account, a) =>
    Array.from({ length: count }, (_, n) => ({
      ...{ id: `${account}-${n}`, account, credential: CREDENTIAL, step: STEP - 2000 + n },
      ...{ at: AT - 2000 + n + a, openSince: AT - 2000 + n + a, tries: 0 },
    })),
  );
  await tab.store.write(['evidence'], async ({ evidence }) => {
    await evidence.bulkAdd(rows);
  });
  return { scene, tab };
}

describe('five tabs', () => {
  it('without locks tell each row once, and each account in order', async () => {
    const accounts = ['ana', 'ben', 'cleo', 'dan', 'eve'];
    const { scene, tab } = await withRows(250, accounts);
    const tabs = [tab, ...(await Promise.all([1, 2, 3, 4].map(() => scene.tab())))];
    const drained = await Promise.all(tabs.map((one) => one.drain()));
    const busy = drained.filter((one) => one && one.told > 0);
    expect(busy.length).toBeGreaterThan(1);
    expect(drained.reduce((sum, one) => sum + (one?.told ?? 0), 0)).toBe(1250);
    const told: string[] = scene.told().flat();
    expect(new Set(told).size).toBe(1250);
    expect(told.length).toBe(1250);
    for (const account of accounts) {
      const own = told.filter((id) => id.startsWith(account));
      expect(own).toStrictEqual(Array.from({ length: 250 }, (_, n) => `${account}-${n}`));
    }
    expect(scene.alarms.filter(({ alarm }) => alarm === 'claimed-twice')).toStrictEqual([]);
    expect(await tab.evidence()).toStrictEqual([]);
  });

  it('with locks leave the drain to one of them, for as long as it takes and no longer', async () => {
    const { scene, tab } = await withRows(3);
    const locks = createLocks();
    const other = await scene.tab();
    const both = [tab.drain(true, { locks }), other.drain(true, { locks })];
    expect(await Promise.all(both)).toStrictEqual([{ ...NOTHING, told: 3 }, undefined]);
    expect([...locks.held]).toStrictEqual([]);
    expect(await other.drain(true, { locks })).toStrictEqual(NOTHING);
    expect(new Set(locks.asked)).toStrictEqual(new Set(['driftlock-drain:driftlock']));
  });

  it('take nothing off a lease back for what one told while another was answered', async () => {
    const scene = await createScene();
    const [one, two] = [await scene.tab(), await scene.tab()];
    await scene.type(one);
    scene.time.now += 91_000;
    await one.verifier.reconcile();
    const [answered, told] = [createGate(), createGate()];
    let draining: Promise<unknown> | undefined;
    let pulls = 0;
    scene.world.wire = async (request, onward) => {
      if (request.url.endsWith('/evidence')) {
        scene.time.now += 1;
        draining = two.drain();
        await answered.passed;
        return onward(request);
      }
      pulls += 1;
      if (pulls === 1) return onward(request);
      // The network is gone before the first tab hears what is left.
      if (pulls > 2) return cut(request, onward);
      const answer = await onward(request);
      answered.open();
      await told.passed;
      return answer;
    };
    expect(await one.drain()).toMatchObject({ told: 1, failed: 1 });
    told.open();
    await draining;
    expect(await leaseOf(one.store, 'ana')).toMatchObject({ uses: 4 });
    scene.world.wire = through;
    await one.drain();
    expect(await leaseOf(one.store, 'ana')).toMatchObject({ uses: 5 });
  });

  it('let go of the lock where the drain fails', async () => {
    const { scene, tab } = await withRows(1);
    const locks = createLocks();
    const dead = await scene.tab();
    dead.store.close();
    await expect(dead.drain(true, { locks })).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    expect(await tab.drain(true, { locks })).toStrictEqual({ ...NOTHING, told: 1 });
  });

  it('drain in a page that may have no locks', async () => {
    const { tab } = await withRows(1);
    const request = async () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const locks = { request: request as LockManager['request'] };
    expect(await tab.drain(true, { locks })).toStrictEqual({ ...NOTHING, told: 1 });
  });

  it('do without the lock where a frozen tab never lets go of it', async () => {
    const { scene, tab } = await withRows(1);
    const locks = createLocks();
    locks.held.add('driftlock-drain:driftlock');
    const sync = tab.begin({ locks });
    expect(await sync.now()).toBe(undefined);
    scene.time.now += 30_000;
    expect(await sync.now()).toStrictEqual({ ...NOTHING, told: 1 });
    expect(scene.told()).toStrictEqual([['ana-0']]);
  });
});

describe('a tab that is killed', () => {
  /** It stops there for ever: neither an answer nor a failure comes back. */
  const never = () => new Promise<never>(() => {});

  it.each([
    ['before the gateway hears of its rows', false],
    ['after it, without the answer', true],
  ])('%s leaves them to the next, once its lease has lapsed', async (_when, arrived) => {
    const { scene, tab } = await withRows(3);
    scene.world.wire = async (request, onward) => {
      if (!request.url.endsWith('/evidence')) return onward(request);
      if (arrived) await onward(request);
      return never();
    };
    void tab.drain();
    await expect.poll(() => scene.told().length).toBe(1);
    const other = await scene.tab();
    scene.world.wire = through;
    expect(await other.drain()).toStrictEqual(NOTHING);
    expect((await other.evidence()).length).toBe(3);
    scene.time.now += LEASE;
    expect(await other.drain()).toStrictEqual({ ...NOTHING, told: 3 });
    expect(await other.evidence()).toStrictEqual([]);
    expect(scene.alarms).toStrictEqual([]);
  });

  it('leaves its rows to the next at once where the clock was set back since', async () => {
    const { scene, tab } = await withRows(1);
    scene.time.now += 3_600_000;
    scene.world.wire = (request, onward) =>
      request.url.endsWith('/evidence') ? never() : onward(request);
    void tab.drain();
    await expect.poll(() => scene.told().length).toBe(1);
    scene.time.now = AT;
    scene.world.wire = through;
    const other = await scene.tab();
    expect(await other.drain()).toStrictEqual({ ...NOTHING, told: 1 });
  });

  it('and comes back with an answer, takes none of its rows from whoever has them by now', async () => {
    const { scene, tab } = await withRows(1);
    let answer: (response: Response) => void = () => {};
    scene.world.wire = (request, onward) =>
      request.url.endsWith('/evidence')
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : onward(request);
    const late = tab.drain();
    await expect.poll(() => scene.told().length).toBe(1);
    scene.time.now += LEASE;
    const other = await scene.tab();
    const held = other.drain();
    const first = answer;
    await expect.poll(() => scene.told().length).toBe(2);
    first(Response.json({ rows: [{ id: 'ana-0', outcome: 'conflict' }] }));
    await late;
    const [row] = await other.evidence();
    expect(row).toMatchObject({ id: 'ana-0', openSince: AT - 2000, leaseUntil: AT + 2 * LEASE });
    answer(Response.json({ rows: [{ id: 'ana-0', outcome: 'recorded' }] }));
    await held;
    expect(await other.evidence()).toStrictEqual([]);
  });
});

describe('a drain that is called off', () => {
  it('leaves its rows as they were, and writes down no failure', async () => {
    const { scene, tab } = await withRows(1);
    scene.world.wire = (request, onward) =>
      request.url.endsWith('/evidence')
        ? new Promise((_, reject) => {
            request.signal.addEventListener('abort', () => reject(request.signal.reason));
          })
        : onward(request);
    const sync = tab.begin();
    await expect.poll(() => scene.told().length).toBe(1);
    await sync.stop();
    expect(await tab.evidence()).toMatchObject([{ id: 'ana-0', openSince: AT - 2000 }]);
    expect(await tab.contact('ana')).toMatchObject({ tries: 0 });
    scene.world.wire = through;
    expect(await (await scene.tab()).drain()).toStrictEqual({ ...NOTHING, told: 1 });
    expect(await sync.now()).toBe(undefined);
  });

  it('asks nothing more', async () => {
    const { scene, tab } = await withRows(1);
    scene.world.wire = cut;
    const sync = tab.begin();
    await sync.stop();
    const asked = scene.asked.length;
    await sync.now();
    expect(scene.asked.length).toBe(asked);
  });
});
