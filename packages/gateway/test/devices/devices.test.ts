import { importKey } from '@driftlock/totp-core';
import { memoryLedger } from '@driftlock/verifier';
import { describe, expect, test } from 'vitest';
import { changeDevice, deviceShelf } from '../../src/devices/device.js';
import { createDevices } from '../../src/devices/devices.js';
import { type Claim, type EvidenceAlarm, recordClaim } from '../../src/devices/evidence.js';
import { noteRevocation, revokedSince } from '../../src/devices/revocations.js';
import { memoryEngine } from '../../src/engines/memory.js';
import type { HeldSeed } from '../../src/stores/stores.js';

const AT = 1_800_000_000_000;
const HOUR = 3_600_000;
const OFFLINE = { uses: 10, hours: 72 };
const NOW = AT / 30_000;

function table() {
  const clock = { at: AT };
  const engine = memoryEngine();
  const now = () => clock.at;
  const ledger = memoryLedger({ now });
  const devices = createDevices({ engine, ledger, offline: OFFLINE, hours: 24, now });
  const alarms: EvidenceAlarm[] = [];
  const key = importKey(crypto.getRandomValues(new Uint8Array(20)));
  const use: HeldSeed['use'] = async (work) => work(key);
  const phone = { credential: 'phone', params: key.params, use };
  const account = { id: 'ana', held: [phone] };
  const evidence = {
    ...{ engine, ledger, devices, now, forward: 30 },
    onAlarm: (alarm: EvidenceAlarm) => void alarms.push(alarm),
  };
  const uses = async () => (await ledger.state('ana')).uses.map(({ id }) => id);
  const register = (count = 3) => devices.register({ account: 'ana', share: count });
  const wants = (id: string, share: number) =>
    changeDevice(deviceShelf(engine), id, (device) => ({ ...device, share }));
  return { wants, clock, engine, ledger, devices, alarms, account, evidence, uses, register };
}

describe('a device', () => {
  test('is known by its token and by no other text', async () => {
    const { devices, register } = table();
    const { device, token } = await register();
    expect(device).toStrictEqual({
      ...{ id: device.id, account: 'ana', token: device.token, expiresAt: AT + 24 * HOUR },
      ...{ share: 3, lease: { uses: device.lease.uses, until: AT + 72 * HOUR }, numbered: 3 },
    });
    expect(await devices.known(token)).toStrictEqual(device);
    const other = (await register()).token;
    const mixed = `${device.id}${other.slice(16)}`;
    for (const text of ['', device.id, mixed, `${token}A`, token.slice(1), token.toLowerCase()]) {
      expect(await devices.known(text)).toBe(undefined);
    }
  });

  test('is stored without its token', async () => {
    const { engine, register } = table();
    const { token } = await register();
    const stored = JSON.stringify(await engine.list({ kind: 'device', limit: 100 }));
    expect(stored).not.toContain(token.slice(17));
  });

  test('that does not sync is forgotten by its token, and one that does lives on', async () => {
    const { clock, devices, register } = table();
    const { device, token } = await register();
    clock.at += 23 * HOUR;
    expect(await devices.renew(device.id)).toMatchObject({ expiresAt: clock.at + 24 * HOUR });
    clock.at += 23 * HOUR;
    expect(await devices.known(token)).toMatchObject({ id: device.id });
    clock.at += HOUR;
    expect(await devices.known(token)).toBe(undefined);
    expect(await devices.renew(device.id)).toBe(undefined);
  });

  test('that was revoked is known no more, and only its own account can revoke it', async () => {
    const { devices, register } = table();
    const { device, token } = await register();
    expect(await devices.revoke({ account: 'ben', device: device.id })).toBe(false);
    expect(await devices.known(token)).toMatchObject({ id: device.id });
    expect(await devices.revoke({ account: 'ana', device: device.id })).toBe(true);
    expect(await devices.known(token)).toBe(undefined);
    expect(await devices.revoke({ account: 'ana', device: device.id })).toBe(false);
    expect(await devices.of('ana')).toStrictEqual([]);
    expect(await devices.renew(device.id)).toBe(undefined);
  });
});

describe('a lease', () => {
  test('is carved from the account’s budget, and never more than is left of it', async () => {
    const { register, uses } = table();
    const sizes = [];
    for (const wanted of [4, 4, 4, 4])
      sizes.push((await register(wanted)).device.lease.uses.length);
    expect(sizes).toStrictEqual([4, 4, 2, 0]);
    expect((await uses()).length).toBe(10);
  });

  test('is filled up by a sync, with what the device told of counted until a yes', async () => {
    const { devices, evidence, account, register, uses } = table();
    const { device } = await register(3);
    const claim = { id: 'd1', credential: 'phone', step: NOW, at: AT };
    expect(await recordClaim(evidence, { account, device, claim })).toBe('recorded');
    expect((await uses()).toSorted()).toStrictEqual(
      ['d1', ...device.lease.uses.slice(1)].toSorted(),
    );
    const renewed = await devices.renew(device.id);
    expect(renewed?.lease.uses.length).toBe(3);
    expect((await uses()).length).toBe(4);
  });

  test('of a revoked device comes back when it has ended, and not before', async () => {
    const { clock, devices, register, uses } = table();
    const { device } = await register(3);
    await devices.revoke({ account: 'ana', device: device.id });
    clock.at += 72 * HOUR - 1;
    await devices.endLeases('ana');
    expect((await uses()).length).toBe(3);
    clock.at += 1;
    await devices.endLeases('ana');
    expect(await uses()).toStrictEqual([]);
  });

  test('renewed many times at once is one lease, and the ledger holds no use that nobody has', async () => {
    const { devices, register, uses, wants } = table();
    const { device } = await register(0);
    await wants(device.id, 5);
    await Promise.all(Array.from({ length: 8 }, () => devices.renew(device.id)));
    const [known] = await devices.of('ana');
    expect(known?.lease.uses.length).toBe(5);
    expect((await uses()).toSorted()).toStrictEqual(known?.lease.uses.toSorted());
  });

  test('planned by a second sync while a first one ends is left to the second', async () => {
    const { clock, engine, ledger, devices, register, uses, wants } = table();
    const { device } = await register(0);
    await wants(device.id, 2);
    let reads = 0;
    let second: Promise<unknown> | undefined;
    const slow = {
      ...ledger,
      async state(account: string) {
        const state = await ledger.state(account);
        if (++reads === 2) {
          await wants(device.id, 5);
          second = devices.renew(device.id);
          while ((await devices.of('ana'))[0]?.numbered !== 5);
        }
        return state;
      },
    };
    const options = { engine, ledger: slow, offline: OFFLINE, hours: 24, now: () => clock.at };
    await createDevices(options).renew(device.id);
    expect(await second).toMatchObject({ lease: { uses: { length: 5 } } });
    expect((await uses()).length).toBe(5);
  });

  test('whose spent use could not be given back at once has it back at the next sync', async () => {
    const { clock, engine, ledger, devices, register, uses, wants } = table();
    const { device } = await register(3);
    const giveBack = async (): Promise<never> => {
      throw new Error('no answer');
    };
    const options = { engine, offline: OFFLINE, hours: 24, now: () => clock.at };
    const broken = createDevices({ ...options, ledger: { ...ledger, giveBack } });
    await expect(broken.spend(device.id, 'd1')).rejects.toThrow('no answer');
    expect((await uses()).toSorted()).toStrictEqual(['d1', ...device.lease.uses].toSorted());
    await wants(device.id, 2);
    await devices.renew(device.id);
    expect((await uses()).toSorted()).toStrictEqual(
      ['d1', ...device.lease.uses.slice(1)].toSorted(),
    );
  });

  test('cut off by a ledger that fails in the middle is mended by the next sync', async () => {
    for (let failing = 0; failing < 12; failing++) {
      const { clock, engine, ledger, uses } = table();
      let calls = 0;
      const breaking = {
        ...ledger,
        consume: (use: Parameters<typeof ledger.consume>[0]) => {
          if (++calls === failing) throw new Error('no answer');
          return ledger.consume(use);
        },
        giveBack: (...asked: Parameters<typeof ledger.giveBack>) => {
          if (++calls === failing) throw new Error('no answer');
          return ledger.giveBack(...asked);
        },
      };
      const options = { engine, offline: OFFLINE, hours: 24, now: () => clock.at };
      const devices = createDevices({ ...options, ledger: breaking });
      await devices.register({ account: 'ana', share: 5 }).catch(() => {});
      const [first] = await createDevices({ ...options, ledger }).of('ana');
      const renewed = await createDevices({ ...options, ledger }).renew(first!.id);
      expect(renewed?.lease.uses.length).toBe(5);
      expect((await uses()).toSorted()).toStrictEqual(renewed?.lease.uses.toSorted());
    }
  });
});

describe('evidence', () => {
  const claim = (step: number, more: Partial<Claim> = {}): Claim => ({
    ...{ id: `d${step}`, credential: 'phone', step, at: AT },
    ...more,
  });

  test('blocks the step here, does not move the last step, and confirms nothing', async () => {
    const { evidence, account, ledger, register } = table();
    const { device } = await register();
    await recordClaim(evidence, { account, device, claim: claim(NOW) });
    const { last } = await ledger.state('ana');
    expect(last.phone).toBe(undefined);
    const use = { account: 'ana', credential: 'phone', at: AT };
    expect(await ledger.consume({ ...use, step: NOW })).toBe('replay');
    expect(await ledger.consume({ ...use, step: NOW - 1 })).toBe('first');
  });

  test('told again is a duplicate, and costs the lease nothing', async () => {
    const { evidence, account, devices, alarms, register } = table();
    const { device } = await register(3);
    const told = { account, device, claim: claim(NOW) };
    expect(await recordClaim(evidence, told)).toBe('recorded');
    expect(await recordClaim(evidence, told)).toBe('duplicate');
    expect((await devices.of('ana'))[0]?.lease.uses.length).toBe(2);
    expect(alarms).toStrictEqual([]);
  });

  test('of one step from two devices alarms', async () => {
    const { evidence, account, alarms, register } = table();
    const [one, two] = [await register(), await register()];
    await recordClaim(evidence, { account, device: one.device, claim: claim(NOW, { id: 'a' }) });
    const second = { account, device: two.device, claim: claim(NOW, { id: 'b' }) };
    expect(await recordClaim(evidence, second)).toBe('conflict');
    expect(alarms).toStrictEqual([
      { id: 'b', account: 'ana', device: two.device.id, alarm: 'claimed-twice' },
    ]);
  });

  test('of a step that was used here alarms', async () => {
    const { evidence, account, ledger, alarms, register } = table();
    const { device } = await register();
    await ledger.consume({ account: 'ana', credential: 'phone', step: NOW, at: AT });
    expect(await recordClaim(evidence, { account, device, claim: claim(NOW) })).toBe('conflict');
    expect(alarms.map(({ alarm }) => alarm)).toStrictEqual(['claimed-twice']);
  });

  test('of more uses than were leased is recorded, and alarms', async () => {
    const { evidence, account, alarms, register, uses } = table();
    const { device } = await register(1);
    for (const step of [NOW, NOW + 1]) {
      await recordClaim(evidence, { account, device, claim: claim(step) });
    }
    expect(alarms.map(({ alarm }) => alarm)).toStrictEqual(['lease-exceeded']);
    expect((await uses()).toSorted()).toStrictEqual([`d${NOW}`, `d${NOW + 1}`]);
  });

  test('of steps that are only older than the last one used here is no conflict', async () => {
    const { evidence, account, ledger, alarms, register, uses } = table();
    const { device } = await register(5);
    await ledger.consume({ account: 'ana', credential: 'phone', step: NOW, at: AT });
    for (const step of [NOW - 2, NOW - 4, NOW - 3]) {
      expect(await recordClaim(evidence, { account, device, claim: claim(step) })).toBe('recorded');
    }
    expect(alarms).toStrictEqual([]);
    expect((await uses()).filter((id) => id.startsWith('d')).length).toBe(3);
    expect((await ledger.state('ana')).last.phone).toBe(NOW);
  });

  test('of old steps in any order blocks each, and is never taken for a second use', async () => {
    const { clock, evidence, account, ledger, alarms, register } = table();
    const { device } = await register(5);
    clock.at += 24 * HOUR;
    for (const step of [NOW + 3, NOW, NOW + 7, NOW + 1]) {
      expect(await recordClaim(evidence, { account, device, claim: claim(step) })).toBe('recorded');
    }
    expect(alarms).toStrictEqual([]);
    const use = { account: 'ana', credential: 'phone', at: clock.at };
    for (const step of [NOW, NOW + 1, NOW + 3, NOW + 7]) {
      expect(await ledger.consume({ ...use, step })).toBe('replay');
    }
    expect(await ledger.consume({ ...use, step: clock.at / 30_000 })).toBe('first');
  });

  test('told again after a crash is recorded, and costs rather twice than nothing', async () => {
    const { evidence, account, engine, ledger, register, uses } = table();
    const { device } = await register(3);
    const told = { account, device, claim: claim(NOW) };
    const swap = async (...[place, change]: Parameters<typeof engine.swap>) => {
      if (place.key.startsWith('[')) throw new Error('no answer');
      return engine.swap(place, change);
    };
    const cut = { ...evidence, engine: { ...engine, swap } };
    await expect(recordClaim(cut, told)).rejects.toThrow('no answer');
    expect(await recordClaim(evidence, told)).toBe('recorded');
    expect((await uses()).length).toBe(3);
    const consume = async () => {
      throw new Error('no answer');
    };
    const next = { account, device, claim: claim(NOW + 1) };
    const blockless = { ...evidence, ledger: { ...ledger, consume } };
    await expect(recordClaim(blockless, next)).rejects.toThrow('no answer');
    expect(await recordClaim(evidence, next)).toBe('duplicate');
    const use = { account: 'ana', credential: 'phone', at: AT, step: NOW + 1 };
    expect(await ledger.consume(use)).toBe('replay');
  });

  test('told several times at once is recorded once, and is nobody’s second use', async () => {
    const { evidence, account, alarms, register } = table();
    const { device } = await register(10);
    const claim = { id: 'd1', credential: 'phone', step: NOW, at: AT };
    const told = await Promise.all(
      Array.from({ length: 5 }, () => recordClaim(evidence, { account, device, claim })),
    );
    expect(told.toSorted()).toStrictEqual([...Array(4).fill('duplicate'), 'recorded']);
    expect(alarms).toStrictEqual([]);
  });

  test('about a step to come, or a credential not held, is refused and changes nothing', async () => {
    const { evidence, account, ledger, register, devices } = table();
    const { device } = await register();
    const before = await ledger.state('ana');
    for (const wrong of [claim(NOW + 2), claim(NOW, { credential: 'other' })]) {
      expect(await recordClaim(evidence, { account, device, claim: wrong })).toBe('refused');
    }
    expect(await ledger.state('ana')).toStrictEqual(before);
    expect((await devices.of('ana'))[0]?.lease.uses.length).toBe(3);
  });

  test('on a latched account uses the step', async () => {
    const { evidence, account, ledger, register } = table();
    const { device } = await register();
    await ledger.latch('ana', { latched: true, id: 'x', at: AT });
    expect(await recordClaim(evidence, { account, device, claim: claim(NOW) })).toBe('recorded');
    const use = { account: 'ana', credential: 'phone', step: NOW, at: AT };
    expect(await ledger.consume(use)).toBe('replay');
  });
});

test('revocations are told since an instant, a little of the past again, and each once noted', async () => {
  const { engine } = table();
  const told = (since: number) => revokedSince(engine, { account: 'ana', since });
  for (const [id, at] of [
    ['b', AT + 120_000],
    ['a', AT],
    ['a', AT + 500_000],
  ] as const) {
    await noteRevocation(engine, { account: 'ana', id, at });
  }
  await noteRevocation(engine, { account: 'anabel', id: 'c', at: AT });
  expect(await told(0)).toStrictEqual([
    { id: 'a', at: AT },
    { id: 'b', at: AT + 120_000 },
  ]);
  expect(await told(AT + 60_001)).toStrictEqual([{ id: 'b', at: AT + 120_000 }]);
  expect(await told(AT + 180_001)).toStrictEqual([]);
});
