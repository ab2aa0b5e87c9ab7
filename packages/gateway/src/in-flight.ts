/** Work that is under way, so that whoever ends a process can wait for it. */
export interface InFlight {
  /** Gives back what it was given. */
  add<T>(work: Promise<T>): Promise<T>;
  readonly size: number;
  /** Resolves once all that is under way now is done. */
  settled(): Promise<void>;
  /** Resolves once nothing is under way. */
  none(): Promise<void>;
}

/**
 * Waiting costs the same however much is under way: each request waits for what is under way at its
 * end, and of many at once each would otherwise wait for every other by itself.
 */
export function createInFlight(): InFlight {
  /** Numbers of what is under way, in order. */
  const under = new Set<number>();
  const waiting: { last: number; resolve: () => void }[] = [];
  let last = 0;

  function forget(number: number): void {
    under.delete(number);
    const [oldest = Number.POSITIVE_INFINITY] = under;
    while (waiting[0] && waiting[0].last < oldest) waiting.shift()?.resolve();
  }

  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      if (under.size > 0) waiting.push({ last, resolve });
      else resolve();
    });

  return {
    add(work) {
      const number = ++last;
      under.add(number);
      const done = (): void => forget(number);
      work.then(done, done);
      return work;
    },
    get size() {
      return under.size;
    },
    settled,
    async none() {
      while (under.size > 0) await settled();
    },
  };
}
