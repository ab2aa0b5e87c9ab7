/** What was used last, by name; beyond a bound the least recently used goes. */
export interface Latest<T> {
  /** The value, which counts as used now. */
  get(name: string): T | undefined;
  /** The value, which is there no more. */
  take(name: string): T | undefined;
  put(name: string, value: T): void;
  drop(name: string): void;
  /** All of them go. */
  clear(): void;
}

/** `gone` is told of every value that leaves, other than by `take`. */
export function createLatest<T>(keep: number, gone: (value: T) => void = () => {}): Latest<T> {
  const values = new Map<string, T>();

  function take(name: string): T | undefined {
    const value = values.get(name);
    values.delete(name);
    return value;
  }

  return {
    get(name) {
      const value = take(name);
      if (value !== undefined) values.set(name, value);
      return value;
    },
    take,
    put(name, value) {
      const before = take(name);
      if (before !== undefined && before !== value) gone(before);
      values.set(name, value);
      if (values.size <= keep) return;
      // Begun for nothing, it would walk over all that has left since the map was last made smaller.
      for (const [oldest, old] of values) {
        if (values.size <= keep) return;
        values.delete(oldest);
        gone(old);
      }
    },
    drop(name) {
      const value = take(name);
      if (value !== undefined) gone(value);
    },
    clear() {
      for (const value of values.values()) gone(value);
      values.clear();
    },
  };
}
