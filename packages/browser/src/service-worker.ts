/** The service worker's part: it drains when the browser says that the network is back. */
import { SYNC_TAG } from './background-sync.js';
import { drainOnce, type SyncOptions } from './drainer.js';

/** What is used of a `SyncEvent`. */
export interface BackgroundSync {
  readonly tag: string;
  waitUntil(work: Promise<unknown>): void;
}

/**
 * Drains on a `sync` event that `startSync` asked for; others are left alone. It fails where an
 * account has to be tried again, so that the browser does.
 *
 * @example
 * self.addEventListener('sync', (event) => drainOnSync(event, () => openSync()));
 */
export function drainOnSync(
  event: BackgroundSync,
  options: () => SyncOptions | Promise<SyncOptions>,
): void {
  if (event.tag === SYNC_TAG) event.waitUntil(drainOrFail(options));
}

async function drainOrFail(options: () => SyncOptions | Promise<SyncOptions>): Promise<void> {
  const drained = await drainOnce(await options());
  if (drained && drained.failed > 0) throw new Error('not all accounts were reached');
}
