import type { OutboxRow } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import { outboxOver } from '../../src/stores/outbox.js';

const row = (id: string, decidedAt: number): OutboxRow => ({
  ...{ id, account: 'ana', user: '17', credential: 'phone', step: 1, at: decidedAt, decidedAt },
  ...{ deadline: decidedAt, sent: 'no', retried: false },
});

test('of any number of open rows all are open, the oldest first', async () => {
  const outbox = outboxOver(memoryEngine(), { retention: 1 });
  const count = 2001;
  for (let n = 0; n < count; n++) await outbox.add(row(`r${n}`, count - n));
  await outbox.settle('r7', 'lapsed', 1);
  const ages = (await outbox.open()).map(({ decidedAt }) => decidedAt);
  const all = Array.from({ length: count }, (_, n) => n + 1);
  expect(ages).toStrictEqual(all.filter((age) => age !== count - 7));
});

test('a row of an id that is there is refused', async () => {
  const outbox = outboxOver(memoryEngine(), { retention: 1 });
  await outbox.add(row('a', 1));
  await expect(outbox.add(row('a', 2))).rejects.toThrow('a row of this id was added before');
  expect(await outbox.open()).toStrictEqual([row('a', 1)]);
});
