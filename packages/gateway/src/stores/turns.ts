/** One thing at a time for each name, in the order they came. */
export interface Turns {
  /** Starts `work` once all that came before it under this name is done, well or not. */
  next<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    async next(name, work) {
      const before = last.get(name);
      const mine = before ? before.then(work) : work();
      const end = () => {
        if (last.get(name) === done) last.delete(name);
      };
      const done: Promise<void> = mine.then(end, end);
      last.set(name, done);
      return mine;
    },
  };
}
