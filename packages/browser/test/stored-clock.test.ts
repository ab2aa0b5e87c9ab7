import type { Clock } from '@driftlock/verifier';
import { describe, expect, it } from 'vitest';
import { storedClock } from '../src/stored-clock.js';
import { createDevice, type Device } from './device.js';

const AT = 1_800_000_000_000;
const HOUR = 3_600_000;

/** A machine whose wall clock can be set, and whose time passes for every tab. */
function createMachine(device: Device = createDevice()) {
  const machine = { wall: AT, monotonic: 0 };
  return {
    set: (wall: number) => {
      machine.wall = wall;
    },
    pass: (time: number, { asleep = false } = {}) => {
      machine.wall += time;
      if (!asleep) machine.monotonic += time;
    },
    tab: async () =>
      storedClock(await device.open(), {
        now: () => machine.wall,
        monotonic: () => machine.monotonic,
      }),
    store: device.open,
    dump: device.dump,
  };
}

const now = (clock: Clock, wall: number) => clock.witness({ min: wall - 100, max: wall + 100 });
const state = async (clock: Clock) => (await clock.read()).state;

describe('a clock in the store', () => {
  it('is unknown until it was witnessed, then safe, in this tab and the next', async () => {
    const machine = createMachine();
    const clock = await machine.tab();
    expect(await clock.read()).toStrictEqual({ at: AT, state: 'unknown' });
    await now(clock, AT);
    expect(await clock.read()).toStrictEqual({ at: AT, state: 'safe' });
    expect(await state(await machine.tab())).toBe('safe');
  });

  it('is safe once an operator vouches for it', async () => {
    const clock = await createMachine().tab();
    await clock.trust();
    expect(await state(clock)).toBe('safe');
  });

  it('is unsafe when set back while no tab was open', async () => {
    const machine = createMachine();
    await now(await machine.tab(), AT);
    machine.set(AT - HOUR);
    expect(await state(await machine.tab())).toBe('unsafe');
  });

  it('is unsafe for a tab that slept while another saw a newer time', async () => {
    const machine = createMachine();
    const [sleeper, witness] = [await machine.tab(), await machine.tab()];
    await now(sleeper, AT);
    machine.pass(10 * HOUR, { asleep: true });
    expect(await state(witness)).toBe('safe');
    machine.set(AT + 5 * HOUR);
    expect(await state(sleeper)).toBe('unsafe');
  });

  it('notices half a minute less than its own monotonic clock counted', async () => {
    const machine = createMachine();
    const [one, other] = [await machine.tab(), await machine.tab()];
    await now(one, AT);
    await one.read();
    machine.pass(HOUR);
    expect(await state(other)).toBe('safe');
    machine.set(AT + HOUR - 30_000);
    expect(await state(one)).toBe('unsafe');
    expect(await state(other)).toBe('unsafe');
  });

  it('stays unsafe in every tab after it is set right, until one of them is told the time', async () => {
    const machine = createMachine();
    const [one, other] = [await machine.tab(), await machine.tab()];
    await now(one, AT);
    expect(await state(other)).toBe('safe');
    machine.set(AT - HOUR);
    expect(await one.read()).toStrictEqual({ at: AT - HOUR, state: 'unsafe', reason: 'stepped' });
    machine.set(AT);
    expect([await state(one), await state(other)]).toStrictEqual(['unsafe', 'unsafe']);
    await now(one, AT);
    expect([await state(one), await state(other)]).toStrictEqual(['safe', 'safe']);
  });

  it('forgets in every tab what it showed before it was set right by a witness', async () => {
    const machine = createMachine();
    const [one, other] = [await machine.tab(), await machine.tab()];
    await now(one, AT);
    machine.set(AT + HOUR);
    await Promise.all([one.read(), other.read()]);
    machine.set(AT);
    await now(one, AT);
    expect([await state(one), await state(other)]).toStrictEqual(['safe', 'safe']);
  });

  it('believes a witness over what another tab remembers, even where the record stays as it was', async () => {
    const machine = createMachine();
    const [one, other] = [await machine.tab(), await machine.tab()];
    await now(one, AT);
    machine.set(AT + 10_000);
    expect(await state(other)).toBe('safe');
    machine.set(AT);
    machine.pass(10_000);
    await now(one, AT + 10_000);
    expect(await state(other)).toBe('safe');
  });

  it('is not moved by a step of two seconds', async () => {
    const machine = createMachine();
    const clock = await machine.tab();
    await now(clock, AT);
    machine.set(AT - 2000);
    expect(await clock.read()).toStrictEqual({ at: AT - 2000, state: 'safe' });
  });

  it('is unknown again where its record is missing', async () => {
    const machine = createMachine();
    const clock = await machine.tab();
    await now(clock, AT);
    await (await machine.store()).write(['clock'], ({ clock: table }) => table.clear());
    expect(await state(clock)).toBe('unknown');
  });

  it('writes the newest time seen only once a second has passed', async () => {
    const machine = createMachine();
    const clock = await machine.tab();
    await now(clock, AT);
    const before = await machine.dump();
    machine.pass(999);
    await clock.read();
    expect(await machine.dump()).toBe(before);
    machine.pass(1);
    await clock.read();
    expect(JSON.parse(await machine.dump()).clock[0].record.newest).toBe(AT + 1000);
  });
});
