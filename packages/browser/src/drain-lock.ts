/** One tab drains at a time where the browser has Web Locks; leases make it right without. */

export type Locked<T> = { ran: true; result: T } | { ran: false };

/** Held for this piece of work and no longer: a lock for life keeps a page out of the back/forward cache. */
export async function underLock<T>(
  { locks, name }: { locks: Pick<LockManager, 'request'> | undefined; name: string },
  work: () => Promise<T>,
): Promise<Locked<T>> {
  const alone = async (): Promise<Locked<T>> => ({ ran: true, result: await work() });
  if (!locks) return alone();
  let granted = false;
  try {
    return await locks.request(name, { ifAvailable: true }, async (lock) => {
      granted = lock !== null;
      return granted ? alone() : { ran: false };
    });
  } catch (error) {
    // A page that may have no locks, as one of an opaque origin.
    if (granted || !(error instanceof DOMException)) throw error;
    return alone();
  }
}
