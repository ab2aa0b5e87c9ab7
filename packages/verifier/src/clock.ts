/** This machine's clock as the verifier reads it: an instant, and whether to believe it. */
import {
  type ClockReading,
  type ClockRecord,
  type ClockState,
  readClock,
  trustClock,
  witnessClock,
} from '@driftlock/totp-core';

export interface Clock {
  /** Now, and whether this machine's clock may accept codes by itself. */
  read(): Promise<{ at: number; state: ClockState }>;
  /** Somebody else's time: true Unix milliseconds lie between `min` and `max`. */
  witness(between: { min: number; max: number }): Promise<void>;
  /** An operator vouches for this clock as it stands. */
  trust(): Promise<void>;
}

export interface ClockOptions {
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** Milliseconds that never go back; given only with a `now` of the same source. */
  monotonic?: () => number;
  /** Where the newest time seen is kept between processes. @default nowhere */
  store?: { load(): Promise<ClockRecord | undefined>; save(record: ClockRecord): Promise<void> };
}

/**
 * A clock that notices when it was set back, and keeps that in mind until a witness or an operator
 * sets it right. A store that cannot be read or written rejects, so nothing is accepted.
 *
 * @example
 * const clock = createClock();
 * await clock.read(); // { at: 1795413600000, state: 'unknown' }
 */
export function createClock({ now, monotonic, store }: ClockOptions = {}): Clock {
  const wall = now ?? Date.now;
  const steady = monotonic ?? now ?? (() => performance.now());
  const session = crypto.randomUUID();
  const reading = (): ClockReading => ({ wall: wall(), monotonic: steady(), session });
  let record: ClockRecord | undefined;
  let saved: ClockRecord | undefined;
  let loaded = store === undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** One change at a time, each saved before it counts. */
  function change<T>(
    step: (before: ClockRecord | undefined) => { record: ClockRecord; result: T },
  ) {
    const mine = turn.then(async () => {
      if (!loaded) saved = record = await store?.load();
      loaded = true;
      const { record: next, result } = step(record);
      if (store && differs(saved, next)) {
        await store.save(next);
        saved = next;
      }
      record = next;
      return result;
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    read: () =>
      change((before) => {
        const here = reading();
        const { record: next, state } = readClock(before, here);
        return { record: next, result: { at: here.wall, state } };
      }),
    witness: (between) =>
      change((before) => ({ record: witnessClock(before, reading(), between), result: undefined })),
    trust: () => change((before) => ({ record: trustClock(before, reading()), result: undefined })),
  };
}

/** What must survive this process: to the second, the newest time seen, and whether it is believed. */
function differs(before: ClockRecord | undefined, next: ClockRecord): boolean {
  return (
    before === undefined ||
    before.unsafe !== next.unsafe ||
    before.witnessed !== next.witnessed ||
    next.newest < before.newest ||
    next.newest - before.newest >= 1000
  );
}
