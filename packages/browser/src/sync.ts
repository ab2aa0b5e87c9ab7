/** Keeps this device in touch with its gateway: drains now, on the network's return, and in time. */
import { faultOf } from '@driftlock/verifier';
import { liveQuery } from 'dexie';
import { wakeAt } from './contacts.js';
import type { Drained } from './drain.js';
import { createDrainer, partsOf, type SyncOptions } from './drainer.js';
import type { Store } from './store.js';

export interface Sync {
  /**
   * Drains at once, whatever pauses and waits there are, except those that the gateway asked for;
   * `undefined` where another tab is at it. Throws a StoreError where the store can't be used.
   */
  now(): Promise<Drained | undefined>;
  /** Ends it; resolves once nothing is under way any more. */
  stop(): Promise<void>;
}

const SOONEST = 1000;
/** Milliseconds to wait where the store does not say how long. */
const BLIND = 30_000;

/**
 * Drains the outbox from now on: when the network returns, when the page is shown, when a code is
 * about to die, and now and then. Throws a TypeError for options that are none.
 *
 * @example
 * const sync = startSync({ store, verifier, baseUrl, token: (account) => tokens.get(account) });
 * await sync.now();
 */
export function startSync(options: SyncOptions): Sync {
  const parts = partsOf(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const drainSoon = createDrainer(options, parts, signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = 0;

  async function run(eager: boolean): Promise<Drained | undefined> {
    clearTimeout(timer);
    waiting += 1;
    try {
      return await drainSoon(eager);
    } finally {
      waiting -= 1;
      if (waiting === 0) await arm();
    }
  }

  /** By itself nobody waits for it, so nobody but the application's listener hears of a failure. */
  const runUnasked = (eager: boolean) =>
    run(eager).then(
      () => {},
      (error) => parts.emit({ type: 'fault', error: faultOf(error) }),
    );

  async function arm(): Promise<void> {
    const at = parts.now();
    const wake = await wakeAt(parts).catch(() => at + BLIND);
    clearTimeout(timer);
    if (signal.aborted || waiting > 0) return;
    const jitter = SOONEST * parts.random();
    timer = setTimeout(() => void runUnasked(false), Math.max(SOONEST, wake - at) + jitter);
  }

  const unlisten = listen({
    online: () => void runUnasked(true),
    shown: () => void runUnasked(false),
  });
  // Another tab's decisions have deadlines as well.
  const enqueued = liveQuery(() => newest(options.store)).subscribe({
    next: () => void (waiting === 0 && arm()),
    error: () => {},
  });
  void runUnasked(false);
  return {
    now: () => run(true),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      unlisten();
      enqueued.unsubscribe();
      await drainSoon(false).catch(() => {});
    },
  };
}

/** The newest open decision: it changes when one is added, in whichever tab. */
function newest(store: Store): Promise<number> {
  return store.read(['outbox'], async ({ outbox }) => {
    const last = await outbox.orderBy('openSince').last();
    return last?.openSince ?? 0;
  });
}

function listen({ online, shown }: { online: () => void; shown: () => void }): () => void {
  const page = globalThis.document;
  const onShown = () => page.visibilityState === 'visible' && shown();
  globalThis.addEventListener?.('online', online);
  page?.addEventListener('visibilitychange', onShown);
  return () => {
    globalThis.removeEventListener?.('online', online);
    page?.removeEventListener('visibilitychange', onShown);
  };
}
