/** This machine's clock as the verifier reads it: an instant, and whether to believe it. */
import {
  type ClockReading,
  type ClockReason,
  type ClockRecord,
  type ClockState,
  readClock,
  trustClock,
  witnessClock,
} from '@driftlock/totp-core';

/** Unix milliseconds, the clock's state, and the reason where that is `unsafe`. */
export interface Readout {
  at: number;
  state: ClockState;
  reason?: ClockReason;
}

export interface Clock {
  /** Now, and whether this machine's clock may accept codes by itself; if not, why. */
  read(): Promise<Readout>;
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
}

/**
 * A clock that notices when it was set back, and keeps that in mind until a witness or an operator
 * sets it right. It remembers as long as the process.
 *
 * @example
 * const clock = createClock();
 * await clock.read(); // { at: 1795413600000, state: 'unknown' }
 */
export function createClock({ now, monotonic }: ClockOptions = {}): Clock {
  const wall = now ?? Date.now;
  // A `now` of one's own may stand still or leap: only the system's own is held against its twin.
  const steady = monotonic ?? now ?? (() => performance.now());
  const reading = (): ClockReading => ({ wall: wall(), monotonic: steady() });
  let record: ClockRecord | undefined;
  return {
    async read() {
      const here = reading();
      const { record: next, ...read } = readClock(record, here);
      record = next;
      return { at: here.wall, ...read };
    },
    async witness(between) {
      record = witnessClock(record, reading(), between);
    },
    async trust() {
      record = trustClock(record, reading());
    },
  };
}
