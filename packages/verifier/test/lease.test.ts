import { expect, test } from 'vitest';
import { leaseUses, memoryLedger } from '../src/index.js';
import { AT, scripted, stage, YES } from './stage.js';

const OFFLINE = { uses: 3, hours: 72 };

const leasing = (device: string, from: number, count: number) => ({
  ...{ account: 'ana', device, from, count },
  ...{ offline: OFFLINE, at: AT },
});

test('leases of all devices together are never more than the account’s budget', async () => {
  const ledger = memoryLedger();
  const leased = await Promise.all([
    leaseUses(ledger, leasing('till', 1, 2)),
    leaseUses(ledger, leasing('phone', 1, 2)),
  ]);
  expect(leased.flat().length).toBe(3);
  expect((await ledger.state('ana')).uses.map(({ id }) => id).sort()).toStrictEqual(
    leased.flat().sort(),
  );
  expect(await leaseUses(ledger, leasing('till', 3, 2))).toStrictEqual([]);
});

test('a number is leased once; one that was is passed over', async () => {
  const ledger = memoryLedger();
  expect(await leaseUses(ledger, leasing('till', 1, 1))).toStrictEqual(['lease:till:1']);
  expect(await leaseUses(ledger, leasing('till', 1, 2))).toStrictEqual(['lease:till:2']);
  expect((await ledger.state('ana')).last).toStrictEqual({ 'lease:till': 2 });
});

test('nothing is leased while the account is latched', async () => {
  const ledger = memoryLedger();
  await ledger.latch('ana', { latched: true, id: 'x', at: AT });
  expect(await leaseUses(ledger, leasing('till', 1, 2))).toStrictEqual([]);
});

test('a lease that is renewed for days does not end the account’s own offline acceptances', async () => {
  const ledger = memoryLedger();
  await leaseUses(ledger, leasing('till', 1, 1));
  const own = (step: number, at: number) => {
    const use = { account: 'ana', credential: 'phone', step, at };
    return ledger.consume({ ...use, reserve: { id: `own-${step}`, ...OFFLINE } });
  };
  const later = AT + 100 * 3_600_000;
  expect(await own(1, later)).toBe('first');
  expect(await leaseUses(ledger, { ...leasing('till', 2, 1), at: later })).toHaveLength(1);
  expect(await own(2, later)).toBe('spent');
  const other = memoryLedger();
  await leaseUses(other, leasing('till', 1, 1));
  const use = { account: 'ana', credential: 'phone', step: 1, at: AT - 61_000 };
  expect(await other.consume({ ...use, reserve: { id: 'own', ...OFFLINE } })).toBe('spent');
});

test('an authority’s yes brings the account’s own uses back, and no device’s', async () => {
  const authority = scripted('down', YES);
  const s = stage({ authority, policy: { mode: 'authority-first', offline: OFFLINE } });
  await leaseUses(s.ledger, leasing('till', 1, 2));
  const provisional = await s.type(s.code());
  expect(provisional).toMatchObject({ accepted: true, standing: 'provisional', left: { uses: 0 } });
  expect((await s.ledger.state('ana')).uses.length).toBe(3);
  s.clock.now += 30_000;
  expect(await s.type(s.code())).toMatchObject({ accepted: true, standing: 'confirmed' });
  expect((await s.ledger.state('ana')).uses.map(({ id }) => id)).toStrictEqual([
    'lease:till:1',
    'lease:till:2',
  ]);
});
