import { memoryOutbox, type OutboxRow } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { createSettlements } from '../../src/authy-door/settlements.js';

const row: OutboxRow = {
  id: 'd',
  account: 'ana',
  user: '17',
  credential: 'c',
  step: 1,
  at: 0,
  decidedAt: 0,
  deadline: 90_000,
  sent: 'no',
  retried: false,
};
const settled = {
  type: 'settled',
  account: 'ana',
  at: 1,
  id: 'd',
  settlement: 'confirmed',
} as const;

async function waiting() {
  const outbox = memoryOutbox();
  await outbox.add(row);
  return { outbox, settlements: createSettlements(outbox) };
}

test('a settlement that comes while somebody waits is told', async () => {
  const { settlements } = await waiting();
  const told = settlements.within(60_000, 'd');
  settlements.heed({ ...settled, id: 'another' });
  settlements.heed({ type: 'latched', account: 'ana', at: 1, id: 'd' });
  settlements.heed({ ...settled, settlement: 'lapsed' });
  expect(await told).toBe('lapsed');
});

test('one that came before anybody waited is found', async () => {
  const { outbox, settlements } = await waiting();
  settlements.heed(settled);
  await outbox.settle('d', 'confirmed', 1);
  expect(await settlements.within(60_000, 'd')).toBe('confirmed');
});

test('where none comes in time there is none', async () => {
  const { settlements } = await waiting();
  expect(await settlements.within(5, 'd')).toBe(undefined);
});
