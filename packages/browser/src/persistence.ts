/** Whether the browser may clear the store by itself, and asking it not to. */

/**
 * `persistent`: only the person clears it. `best-effort`: the browser may, when room is short or the
 * site was not used for long. `cannot-ask`: nobody knows, as in a worker or an old browser.
 */
export type Persistence = 'persistent' | 'best-effort' | 'cannot-ask';

/**
 * Asks the browser to keep this site's storage; some ask the person. What it answers is theirs to
 * see: where it is not `persistent`, evidence that was not told yet can vanish (`exportEvidence`).
 *
 * @example
 * if ((await askToPersist()) !== 'persistent') offerExport();
 */
export async function askToPersist({
  storage = globalThis.navigator?.storage,
}: {
  /** @default the runtime's */
  storage?: Partial<Pick<StorageManager, 'persist' | 'persisted'>>;
} = {}): Promise<Persistence> {
  try {
    // A worker may look and not ask.
    const persistent = await (storage?.persist?.() ?? storage?.persisted?.());
    if (persistent === true) return 'persistent';
    return persistent === false && storage?.persist ? 'best-effort' : 'cannot-ask';
  } catch {
    return 'cannot-ask';
  }
}
