// This machine's clock: rollback, steps, witnesses, operators.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockReading,
  type ClockRecord,
  readClock,
  trustClock,
  witnessClock,
} from '../src/index.js';

const T = 1_800_000_000_000;
const BAD_PARAMS = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });
const NO_INSTANT = expect.objectContaining({ name: 'TotpError', code: 'ERR_INSTANT' });

/** A reading `wall` and `monotonic` milliseconds after the start. */
function reading(wall: number, monotonic = wall, session = 'a'): ClockReading {
  return { wall: T + wall, monotonic: 5_000 + monotonic, session };
}

function trusted(): ClockRecord {
  return trustClock(undefined, reading(0));
}

describe('readClock', () => {
  it('does not know a clock that was never witnessed', () => {
    const { record, state } = readClock(undefined, reading(0));
    expect({ record, state }).toStrictEqual({
      state: 'unknown',
      record: { version: 1, newest: T, witnessed: false, lead: T - 5_000, session: 'a' },
    });
    expect(readClock(record, reading(1_000)).state).toBe('unknown');
  });

  it('stays safe while both clocks run alike, or the wall clock slews a little', () => {
    const { state, record } = readClock(trusted(), reading(3_600_000, 3_600_000 + 4_000));
    expect(state).toBe('safe');
    expect(record.newest).toBe(T + 3_600_000);
  });

  it('is unsafe when the wall clock falls more than 5 s against the monotonic one', () => {
    expect(readClock(trusted(), reading(10_000, 15_000)).state).toBe('safe');
    const fallen = readClock(trusted(), reading(10_000, 15_001));
    expect(fallen).toStrictEqual({
      state: 'unsafe',
      reason: 'stepped',
      record: { ...trusted(), newest: T + 10_000, unsafe: 'stepped' },
    });
  });

  it('adds up many small falls', () => {
    let record = trusted();
    for (let i = 1; i <= 3; i++) record = readClock(record, reading(i * 1_000, i * 3_000)).record;
    expect(readClock(record, reading(3_000, 9_000)).state).toBe('unsafe');
  });

  it('is unsafe when the wall clock is more than 60 s behind the newest time seen', () => {
    const later = readClock(trusted(), reading(3_600_000)).record;
    expect(readClock(later, reading(3_540_000, 0, 'b')).state).toBe('safe');
    expect(readClock(later, reading(3_539_999, 0, 'b'))).toMatchObject({
      state: 'unsafe',
      reason: 'rolled-back',
    });
  });

  it('cannot tell a clock set forward from a machine that slept', () => {
    expect(readClock(trusted(), reading(86_400_000, 1_000)).state).toBe('safe');
  });

  it('does not compare the monotonic clocks of two sessions', () => {
    expect(readClock(trusted(), reading(10_000, 9e9, 'b')).state).toBe('safe');
    expect(readClock(trusted(), reading(10_000, -5_000, 'b')).state).toBe('safe');
  });

  it('stays unsafe, whatever the clock does, until someone vouches for it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer(), fc.nat(1e9), fc.constantFrom('a', 'b'))),
        (all) => {
          let record = readClock(trusted(), reading(-61_000)).record;
          for (const [wall, monotonic, session] of all) {
            const read = readClock(record, reading(wall, monotonic, session));
            expect(read.state).toBe('unsafe');
            record = read.record;
          }
        },
      ),
    );
  });

  it('works without a session and from a record kept as JSON', () => {
    const first = trustClock(undefined, { wall: T, monotonic: 0 });
    const kept: ClockRecord = JSON.parse(JSON.stringify(first));
    expect(readClock(kept, { wall: T + 1, monotonic: 1 }).state).toBe('safe');
    expect(readClock(kept, { wall: T + 1, monotonic: 9_999 }).state).toBe('unsafe');
    // Plain JSON: nothing is there that JSON would drop.
    expect(first).toStrictEqual(kept);
    const read = readClock(kept, { wall: T + 1, monotonic: 1 }).record;
    expect(read).toStrictEqual(JSON.parse(JSON.stringify(read)));
  });

  it('refuses readings that are no instants and records that are none', () => {
    for (const wrong of [
      { wall: Number.NaN },
      { monotonic: Number.POSITIVE_INFINITY },
      { wall: 1e300 },
    ]) {
      expect(() => readClock(undefined, { ...reading(0), ...wrong })).toThrow(NO_INSTANT);
    }
    for (const wrong of [{ wall: '0' }, { monotonic: null }, { session: 5 }]) {
      expect(() => readClock(undefined, { ...reading(0), ...wrong } as never)).toThrow(TypeError);
    }
    expect(() => readClock(undefined, null as never)).toThrow(TypeError);
    const good = trusted();
    for (const record of [null, 5, {}, { ...good, version: 2 }, { ...good, newest: null }]) {
      expect(() => readClock(record as never, reading(0))).toThrow(BAD_PARAMS);
      expect(() => trustClock(record as never, reading(0))).toThrow(BAD_PARAMS);
    }
    for (const wrong of [{ lead: 'x' }, { witnessed: 1 }, { unsafe: 'maybe' }, { unsafe: null }]) {
      expect(() => readClock({ ...good, ...wrong } as never, reading(0))).toThrow(BAD_PARAMS);
    }
  });
});

describe('witnessClock', () => {
  it('makes a clock safe that a witness agrees with', () => {
    const record = witnessClock(undefined, reading(0), { min: T - 500, max: T + 500 });
    expect(record).toStrictEqual({
      version: 1,
      newest: T,
      witnessed: true,
      lead: T - 5_000,
      session: 'a',
    });
    expect(readClock(record, reading(1)).state).toBe('safe');
  });

  it.each([
    [5_000, 'safe'],
    [5_001, 'unsafe'],
  ])('judges a clock %i ms beyond the witness to be %s, on either side', (by, state) => {
    const fast = witnessClock(undefined, reading(0), { min: T - by - 10, max: T - by });
    const slow = witnessClock(undefined, reading(0), { min: T + by, max: T + by + 10 });
    expect([fast, slow].map((record) => readClock(record, reading(1)).state)).toStrictEqual([
      state,
      state,
    ]);
  });

  it('remembers why, and which time is the newest', () => {
    const record = witnessClock(trusted(), reading(0), { min: T + 20_000, max: T + 21_000 });
    expect(record).toStrictEqual({ ...trusted(), newest: T + 21_000, unsafe: 'off' });
    expect(readClock(record, reading(1))).toMatchObject({ state: 'unsafe', reason: 'off' });
  });

  it('sets the newest time seen anew, so that a clock once too fast can be put right', () => {
    const fast = readClock(trusted(), reading(86_400_000, 1_000)).record;
    const putRight = readClock(fast, reading(2_000));
    expect(putRight.state).toBe('unsafe');
    const record = witnessClock(putRight.record, reading(3_000), {
      min: T + 2_500,
      max: T + 3_500,
    });
    expect(record.newest).toBe(T + 3_000);
    expect(readClock(record, reading(4_000)).state).toBe('safe');
  });

  it('does not believe a witness vaguer than a minute', () => {
    const rolledBack = readClock(trusted(), reading(-61_000)).record;
    const truth = { min: T - 10_000_000, max: T + 10_000_000 };
    const record = witnessClock(rolledBack, reading(-60_000), truth);
    expect(readClock(record, reading(-59_000)).state).toBe('unsafe');
    expect(readClock(witnessClock(undefined, reading(0), truth), reading(1)).state).toBe('unknown');
  });

  it.each([
    [0, 'safe'],
    [60_000, 'safe'],
    [60_001, 'unknown'],
  ])('takes a witness %i ms wide to make the clock %s', (wide, state) => {
    const record = witnessClock(undefined, reading(0), { min: T, max: T + wide });
    expect(readClock(record, reading(1)).state).toBe(state);
  });

  it('refuses a witness that is no time', () => {
    expect(() => witnessClock(undefined, reading(0), { min: Number.NaN, max: T })).toThrow(
      NO_INSTANT,
    );
    expect(() => witnessClock(undefined, reading(0), { min: T, max: T - 1 })).toThrow(BAD_PARAMS);
    expect(() => witnessClock(undefined, reading(0), { min: '0', max: T } as never)).toThrow(
      TypeError,
    );
  });
});

describe('trustClock', () => {
  it('clears whatever made the clock unsafe', () => {
    const unsafe = readClock(trusted(), reading(-61_000)).record;
    const record = trustClock(unsafe, reading(-60_000));
    expect(record.newest).toBe(T - 60_000);
    expect(readClock(record, reading(-59_000)).state).toBe('safe');
  });
});
