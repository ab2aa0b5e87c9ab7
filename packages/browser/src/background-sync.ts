/** Background Sync, where the browser has it: it wakes the service worker when the network is back. */

/** What this package's registrations are called. */
export const SYNC_TAG = 'driftlock-drain';

/** The browser may not have it, and may refuse: then the page's own triggers have to do. */
export function requestSync(): void {
  void register().catch(() => {});
}

interface WithSync {
  sync?: { register(tag: string): Promise<void> };
}

async function register(): Promise<void> {
  const found = await globalThis.navigator?.serviceWorker?.getRegistration();
  await (found as WithSync | undefined)?.sync?.register(SYNC_TAG);
}
