/** Drains one after the other: in this tab, and across tabs where the browser has Web Locks. */
import { requestSync } from './background-sync.js';
import { type Drained, type DrainParts, drain } from './drain.js';
import { underLock } from './drain-lock.js';
import { checkedTimeout, checkedUrl } from './gateway-exchange.js';
import type { OfflineVerifier } from './offline-verifier.js';
import type { Store } from './store.js';
import type { SyncEvent } from './sync-event.js';

export interface SyncOptions {
  store: Store;
  verifier: OfflineVerifier;
  /** Where the gateway's `/v1` begins; plain http only on this machine. */
  baseUrl: string;
  /** The device's token for an account; without one its lane waits. */
  token: (account: string) => string | undefined | Promise<string | undefined>;
  onEvent?: (event: SyncEvent) => unknown;
  /** Milliseconds between two questions after an account that has nothing to tell. @default 900_000 */
  every?: number;
  /** @default the runtime's */
  fetch?: typeof fetch;
  /** Milliseconds until an answer is given up on. @default 10_000 */
  timeout?: number;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** From 0 to 1, for waits that differ between devices. @default Math.random */
  random?: () => number;
  /** @default the runtime's Web Locks, where it has them */
  locks?: Pick<LockManager, 'request'>;
}

const EVERY = 900_000;
const SHORTEST = 1000;
/** Milliseconds after which a tab that holds the lock is taken for frozen. */
const PATIENCE = 30_000;

/** One drain, as a service worker does it on `sync`; `undefined` where a tab is at it. */
export async function drainOnce(options: SyncOptions): Promise<Drained | undefined> {
  return createDrainer(options, partsOf(options), new AbortController().signal)(true);
}

/** One drain after the other in this tab, and one tab at a time unless the one at it is frozen. */
export function createDrainer(
  { store, locks = globalThis.navigator?.locks }: SyncOptions,
  parts: DrainParts,
  signal: AbortSignal,
): (eager: boolean) => Promise<Drained | undefined> {
  const name = `driftlock-drain:${store.name}`;
  let last: Promise<unknown> = Promise.resolve();
  let refusedSince: number | undefined;

  async function once(eager: boolean): Promise<Drained | undefined> {
    if (signal.aborted) return undefined;
    const work = () => drain(parts, { eager, signal });
    const at = parts.now();
    // A clock that was moved ends its patience, too: the leases are what makes it right.
    const patient = refusedSince === undefined || Math.abs(at - refusedSince) < PATIENCE;
    const done = await underLock({ locks: patient ? locks : undefined, name }, work);
    if (!done.ran) {
      refusedSince ??= at;
      return undefined;
    }
    refusedSince = undefined;
    if (done.result.failed > 0) requestSync();
    return done.result;
  }

  return (eager) => {
    const next = last.then(() => once(eager));
    last = next.catch(() => {});
    return next;
  };
}

export function partsOf(options: SyncOptions): DrainParts {
  const { store, verifier, baseUrl, token, fetch, onEvent, every = EVERY } = options;
  const { now = Date.now, random = Math.random } = options;
  if (typeof token !== 'function') throw new TypeError('token is a function');
  if (!(every >= SHORTEST)) throw new TypeError('every is a number of milliseconds, at least 1000');
  checkedUrl(baseUrl);
  const timeout = checkedTimeout(options.timeout);
  const emit = (event: SyncEvent): void => {
    // A listener's failure is its own.
    void (async () => onEvent?.(event))().catch(() => {});
  };
  return { store, verifier, baseUrl, token, fetch, timeout, every, now, random, emit };
}
