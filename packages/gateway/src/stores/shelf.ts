/** Records of one kind over cells: changed by pure functions, and one statement where nobody disturbs. */
import type { Cells, Listed, Marks, Place } from './engine.js';
import { createLatest } from './latest.js';
import { createTurns } from './turns.js';

export interface Shelf<T> {
  /** `false` where there is one already, which stays as it is. */
  create(key: string, value: T): Promise<boolean>;
  /** What is durable now. */
  read(key: string): Promise<T | undefined>;
  /**
   * Applies `reduce`, which is pure and synchronous, to the record and resolves with its result once
   * that is durable. The same value back writes nothing; `undefined` removes it.
   */
  change<Result>(
    key: string,
    reduce: (value: T | undefined) => Reduced<T, Result>,
  ): Promise<Result>;
  /** The value of a record that was listed. */
  listed(record: Listed): T;
}

export interface Reduced<T, Result> {
  value: T | undefined;
  result: Result;
}

interface Known<T> {
  /** Both absent where there is no record. */
  version?: string;
  value?: T;
}

/** Others write in between at most as often as there are processes; beyond this nobody would wait. */
const PATIENCE = 100;

/**
 * `keep` bounds how many records are remembered as they were last seen. What is remembered is
 * believed only where a swap proves it: a result that writes nothing comes of a fresh read.
 */
export function createShelf<T>(
  cells: Cells,
  {
    kind,
    marks = () => ({}),
    check = () => true,
    keep = 10_000,
  }: {
    kind: Place['kind'];
    marks?: (value: T) => Marks;
    /** Whether what was stored is whole: nothing is made of a record that is not. */
    check?: (stored: object) => boolean;
    keep?: number;
  },
): Shelf<T> {
  const latest = createLatest<Known<T>>(keep);
  const turns = createTurns();
  const placeOf = (key: string): Place => ({ kind, key });

  function parse(key: string, { value: text, version }: { value: string; version: string }): T {
    const known = latest.get(key);
    // A version is unique to a write: the text is the same.
    if (known?.value !== undefined && known.version === version) return known.value;
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !check(value)) {
      throw new Error(`a stored ${kind} is damaged`);
    }
    latest.put(key, { version, value: value as T });
    return value as T;
  }

  async function read(key: string): Promise<Known<T>> {
    const cell = await cells.read(placeOf(key));
    return cell ? { version: cell.version, value: parse(key, cell) } : {};
  }

  async function write(key: string, before: Known<T>, value: T | undefined): Promise<boolean> {
    const from = before.version === undefined ? {} : { from: before.version };
    const version = crypto.randomUUID();
    const to = value && { value: JSON.stringify(value), version, ...marks(value) };
    if (!(await cells.swap(placeOf(key), { ...from, ...(to ? { to } : {}) }))) return false;
    latest.put(key, value === undefined ? {} : { version, value });
    return true;
  }

  async function change<Result>(
    key: string,
    reduce: (value: T | undefined) => Reduced<T, Result>,
  ): Promise<Result> {
    // Forgotten until the outcome is known: a reply may be lost.
    let before = latest.take(key);
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const isFresh = before === undefined;
      before ??= await read(key);
      const { value, result } = reduce(before.value);
      if (value === before.value) {
        if (isFresh) return result;
      } else if (await write(key, before, value)) {
        return result;
      }
      before = undefined;
    }
    throw new Error(`a stored ${kind} changed faster than it could be read`);
  }

  return {
    create: (key, value) => write(key, {}, value),
    read: async (key) => (await read(key)).value,
    change: (key, reduce) => turns.next(key, () => change(key, reduce)),
    listed: (record) => parse(record.key, record),
  };
}
