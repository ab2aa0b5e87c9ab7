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

export function createInFlight(): InFlight {
  const under = new Set<Promise<void>>();
  const settled = async () => void (await Promise.all(under));
  return {
    add(work) {
      const forget = () => void under.delete(done);
      const done: Promise<void> = work.then(forget, forget);
      under.add(done);
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
