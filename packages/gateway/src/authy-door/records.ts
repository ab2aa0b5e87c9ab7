/** What the door remembers beside accounts, as JSON records of an engine. */
import type { Records as DoorEngine, Place } from '../stores/engine.js';
import { everyRecord } from '../stores/every-record.js';

export type { DoorEngine };

export interface Records<T> {
  read(key: string): Promise<T | undefined>;
  /** The whole of a group in the order of its keys, or what comes after one, read a page at a time. */
  list(group: string, from?: { after?: string | undefined }): AsyncGenerator<T>;
  /**
   * Replaces what is there by what `next` makes of it; `undefined` leaves it alone. Made again from
   * what is there by then where somebody else was faster. Resolves with what is there afterwards.
   */
  change(key: string, next: (now: T | undefined) => Write<T> | undefined): Promise<T | undefined>;
  remove(key: string): Promise<void>;
}

export interface Write<T> {
  value: T;
  group?: string;
  /** Unix milliseconds from which it may be swept away. */
  until?: number;
}

const PAGE = 100;
/** Enough for a hundred writers at once; one that loses so often has met a broken engine. */
const TRIES = 100;

/** Records of one sort, apart from all others by the first part of their keys. */
export function recordsOf<T>(engine: DoorEngine, sort: string): Records<T> {
  const placeOf = (key: string): Place => ({ kind: 'authy', key: `${sort}/${key}` });
  return {
    async read(key) {
      const cell = await engine.read(placeOf(key));
      return cell && JSON.parse(cell.value);
    },
    async *list(group, { after } = {}) {
      const from = after === undefined ? {} : { after: placeOf(after).key };
      const which = { kind: 'authy', group: `${sort}/${group}`, ...from, limit: PAGE } as const;
      for await (const { value } of everyRecord(engine, which)) yield JSON.parse(value);
    },
    async change(key, next) {
      for (let i = 0; i < TRIES; i++) {
        const cell = await engine.read(placeOf(key));
        const now: T | undefined = cell && JSON.parse(cell.value);
        const write = next(now);
        if (!write) return now;
        const { value, group, until } = write;
        const to = {
          value: JSON.stringify(value),
          version: crypto.randomUUID(),
          ...(group === undefined ? {} : { group: `${sort}/${group}` }),
          ...(until === undefined ? {} : { until }),
        };
        if (await engine.swap(placeOf(key), { ...(cell && { from: cell.version }), to })) {
          return value;
        }
      }
      throw new Error('a record of the door could not be written');
    },
    async remove(key) {
      for (let i = 0; i < TRIES; i++) {
        const cell = await engine.read(placeOf(key));
        if (!cell || (await engine.swap(placeOf(key), { from: cell.version }))) return;
      }
      throw new Error('a record of the door could not be removed');
    },
  };
}
