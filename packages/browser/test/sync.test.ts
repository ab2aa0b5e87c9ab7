// What makes a device drain: a call, the network, the page, a code about to die, the time.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SYNC_TAG } from '../src/background-sync.js';
import { wakeAt } from '../src/contacts.js';
import { drainOnSync } from '../src/service-worker.js';
import { startSync } from '../src/sync.js';
import { AT, answers, CREDENTIAL, createScene, cut, HOUR, through } from './sync-stage.js';

const LAPSED = 91_000;
const EVERY = 900_000;
const LOCAL = { policy: { mode: 'local-first', liveDeadline: 30_000 } } as const;

afterEach(() => vi.unstubAllGlobals());

/** A page: what `startSync` listens to; where there is one, it is the real one. */
function stubPage(navigator: object = {}) {
  const window = globalThis.document ? globalThis : new EventTarget();
  const page = globalThis.document ?? new EventTarget();
  vi.stubGlobal('navigator', navigator);
  if (!globalThis.document) {
    vi.stubGlobal('document', page);
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
  }
  return {
    online: () => window.dispatchEvent(new Event('online')),
    show(value: 'visible' | 'hidden') {
      Object.defineProperty(page, 'visibilityState', { value, configurable: true });
      page.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

/** A device with one row of evidence, behind a wire that is cut. */
async function withEvidence() {
  const scene = await createScene();
  const tab = await scene.tab();
  const { id } = await scene.type(tab);
  scene.time.now += LAPSED;
  scene.world.wire = cut;
  await tab.drain();
  return { scene, tab, id };
}

describe('a device drains', () => {
  it('when it begins', async () => {
    const { scene, tab } = await withEvidence();
    scene.world.wire = through;
    scene.time.now += 1000;
    tab.begin();
    await expect.poll(() => tab.evidence()).toStrictEqual([]);
  });

  it('when the network is back, whatever it waited for', async () => {
    const page = stubPage();
    const { scene, tab } = await withEvidence();
    tab.begin();
    await tab.begin().stop();
    const asked = scene.asked.length;
    scene.world.wire = through;
    page.online();
    await expect.poll(() => tab.evidence()).toStrictEqual([]);
    expect(scene.asked.length).toBeGreaterThan(asked);
  });

  it('when its page is shown and something is due, and not when it is hidden', async () => {
    const page = stubPage();
    const { scene, tab } = await withEvidence();
    const sync = tab.begin({ every: 2 ** 31 - 10_000 });
    await sync.now();
    const asked = scene.asked.length;
    scene.world.wire = through;
    page.show('visible');
    page.show('hidden');
    await sync.now();
    scene.time.now += EVERY;
    expect(scene.asked.length).toBeGreaterThan(asked);
    await expect.poll(() => tab.evidence()).toStrictEqual([]);
  });

  it('no more once it was stopped', async () => {
    const page = stubPage();
    const { scene, tab } = await withEvidence();
    const sync = tab.begin();
    await sync.stop();
    const asked = scene.asked.length;
    scene.world.wire = through;
    page.online();
    page.show('visible');
    expect(await sync.now()).toBe(undefined);
    expect(scene.asked.length).toBe(asked);
  });

  it('when a code is about to die, so that its digits are gone though nobody asks', async () => {
    const scene = await createScene();
    const tolerance = { backward: 0, forward: 0 };
    const tab = await scene.tab({ policy: { mode: 'local-first', liveDeadline: 4000, tolerance } });
    tab.begin();
    scene.world.wire = cut;
    // The step has five seconds left, by a clock that runs.
    const began = performance.now();
    const start = AT + 25_000;
    Object.defineProperty(scene.time, 'now', {
      get: () => start + (performance.now() - began),
    });
    const code = scene.codeOf('ana');
    const { id } = await scene.type(tab);
    expect(await scene.device.dump()).toContain(code);
    await expect
      .poll(async () => (await tab.store.read(['outbox'], (t) => t.outbox.get(id)))?.row)
      .toMatchObject({ settlement: 'ambiguous' });
    expect(await scene.device.dump()).not.toContain(code);
  });

  it('and says so where its store can’t be used', async () => {
    const { scene, tab } = await withEvidence();
    tab.store.close();
    const sync = tab.begin();
    await expect(sync.now()).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    const error = { name: 'StoreError', code: 'ERR_STORE_CLOSED' };
    expect(scene.news).toContainEqual({ type: 'fault', error });
  });

  it('whatever its listener does', async () => {
    const { scene, tab } = await withEvidence();
    const onEvent = () => {
      throw new Error('theirs');
    };
    scene.world.wire = answers('/v1/evidence', 422, { code: 'bad-field' });
    expect(await tab.drain(true, { onEvent })).toStrictEqual({ told: 0, dead: 1, failed: 0 });
  });

  it('only with options that can be', async () => {
    const { tab } = await withEvidence();
    const wrong = (more: object) => () => startSync({ ...tab.options, ...more });
    expect(wrong({ baseUrl: 'http://gateway.test' })).toThrow(TypeError);
    expect(wrong({ token: 'token' })).toThrow('token is a function');
    expect(wrong({ every: 0 })).toThrow('every is a number of milliseconds, at least 1000');
    expect(wrong({ timeout: -1 })).toThrow(TypeError);
  });
});

describe('the next drain is due', () => {
  const wake = async (scene: Awaited<ReturnType<typeof createScene>>, store: never) =>
    (await wakeAt({ store, now: () => scene.time.now, every: EVERY })) - scene.time.now;

  it('now for an account that was never asked after, then now and then', async () => {
    const scene = await createScene();
    const { store, drain } = await scene.tab();
    expect(await wake(scene, store as never)).toBeLessThan(0);
    await drain();
    expect(await wake(scene, store as never)).toBe(EVERY);
  });

  it('now, too, where the clock was ahead when it was asked after', async () => {
    const scene = await createScene();
    const { store, drain } = await scene.tab();
    await drain(true, { now: () => AT + 365 * 24 * HOUR });
    scene.time.now += HOUR;
    expect(await wake(scene, store as never)).toBeLessThan(0);
    await drain(false);
    expect(scene.asked.length).toBe(2);
    expect(await wake(scene, store as never)).toBe(EVERY);
  });

  it('when a code dies, and before that now and then, the less often the longer it waits', async () => {
    const scene = await createScene();
    const tab = await scene.tab(LOCAL);
    await tab.drain();
    scene.world.wire = cut;
    await scene.type(tab);
    expect(await wake(scene, tab.store as never)).toBe(5000);
    scene.time.now += 60_000;
    expect(await wake(scene, tab.store as never)).toBe(15_000);
    scene.time.now += 29_000;
    expect(await wake(scene, tab.store as never)).toBe(1001);
  });

  it('when an account that failed may be tried again, and not for one that is paused', async () => {
    const { scene, tab } = await withEvidence();
    expect(await wake(scene, tab.store as never)).toBe(1000);
    await tab.drain(true, { token: () => undefined });
    expect(await wake(scene, tab.store as never)).toBe(EVERY);
  });

  it('in a while where another tab, or one that died, holds what is to be told', async () => {
    const { scene, tab } = await withEvidence();
    scene.world.wire = through;
    await tab.store.write(['evidence'], async ({ evidence }) => {
      await evidence.toCollection().modify({ leaseUntil: scene.time.now + 60_000 });
    });
    await tab.drain();
    expect(await wake(scene, tab.store as never)).toBe(15_000);
  });
});

describe('in the background', () => {
  it('the browser is asked to wake the service worker where an account was not reached', async () => {
    const tags: string[] = [];
    const sync = { register: async (tag: string) => void tags.push(tag) };
    stubPage({ serviceWorker: { getRegistration: async () => ({ sync }) } });
    const { scene, tab } = await withEvidence();
    await expect.poll(() => tags).toStrictEqual([SYNC_TAG]);
    scene.world.wire = through;
    await tab.drain();
    expect(tags).toStrictEqual([SYNC_TAG]);
  });

  it('a refusal to do so changes nothing', async () => {
    const register = async () => {
      throw new DOMException('denied', 'NotAllowedError');
    };
    stubPage({ serviceWorker: { getRegistration: async () => ({ sync: { register } }) } });
    const { tab } = await withEvidence();
    expect((await tab.evidence()).length).toBe(1);
  });

  it('a service worker drains on its own event, and fails where the browser is to try again', async () => {
    const { scene, tab } = await withEvidence();
    const works: Promise<unknown>[] = [];
    const fire = (tag: string) =>
      drainOnSync({ tag, waitUntil: (work) => void works.push(work) }, () => tab.options);
    fire('another');
    expect(works).toStrictEqual([]);
    fire(SYNC_TAG);
    await expect(works[0]).rejects.toThrow('not all accounts were reached');
    scene.world.wire = through;
    fire(SYNC_TAG);
    await works[1];
    expect(await tab.evidence()).toStrictEqual([]);
  });
});

describe('an outbox that is full', () => {
  it('accepts nothing more offline, says why, and accepts again when it was told', async () => {
    const scene = await createScene();
    const tab = await scene.tab();
    const filler = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ id: `row-${n}`, account: 'ana', credential: CREDENTIAL, step: n },
      ...{ at: AT - HOUR, openSince: AT - HOUR, tries: 0 },
    }));
    await tab.store.write(['evidence'], async ({ evidence }) => {
      await evidence.bulkAdd(filler);
    });
    const code = scene.codeOf('ana');
    const decision = await tab.verifier.verify({ account: 'ana', code });
    expect(decision).toMatchObject({ accepted: false, reason: 'unavailable' });
    const error = { name: 'StoreError', code: 'ERR_STORE_FULL' };
    expect(scene.events).toContainEqual(expect.objectContaining({ type: 'fault', error }));
    expect((await tab.evidence()).length).toBe(10_000);
    await tab.store.write(['evidence'], async ({ evidence }) => {
      await evidence.delete('row-0');
    });
    scene.nextStep();
    await scene.type(tab);
  });
});
