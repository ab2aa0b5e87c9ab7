/** What a service worker's script finds, as far as Workbox looks; the rest of one is not there. */

interface SyncEvent {
  tag: string;
  lastChance: boolean;
  waitUntil(work: Promise<unknown>): void;
}

/** The tags that a browser was asked for; it remembers them beyond a worker's death. */
export type Tags = Map<string, number>;

export interface Scope {
  registration: { sync: { register(tag: string): Promise<void> } };
  addEventListener(type: string, listener: (event: SyncEvent) => void): void;
}

/**
 * `wake` tells the worker of each tag. Unlike a browser it never gives one up: a tag goes once its
 * work is done, and was not asked for again meanwhile.
 */
export function serviceWorker(tags: Tags): { self: Scope; wake(): Promise<void> } {
  const listeners: ((event: SyncEvent) => void)[] = [];
  const fire = async (tag: string): Promise<void> => {
    const asked = tags.get(tag);
    const works: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => works.push(work);
    for (const listener of listeners) listener({ tag, lastChance: false, waitUntil });
    const ends = await Promise.allSettled(works);
    const done = ends.every(({ status }) => status === 'fulfilled');
    if (done && tags.get(tag) === asked) tags.delete(tag);
  };
  return {
    self: {
      registration: {
        sync: { register: async (tag) => void tags.set(tag, (tags.get(tag) ?? 0) + 1) },
      },
      addEventListener(type, listener) {
        if (type === 'sync') listeners.push(listener);
      },
    },
    async wake() {
      for (const tag of [...tags.keys()]) await fire(tag);
    },
  };
}
