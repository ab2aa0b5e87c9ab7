import { expect, test } from 'vitest';
import { memoryStores } from '../../src/stores/memory-stores.js';

const rejected = { accepted: false, reason: 'mismatch' } as const;

test('the newest decisions of either kind are kept, each with its settlement', async () => {
  const { decisions } = memoryStores({ keep: 2 });
  const accepted = { accepted: true, by: 'local', standing: 'provisional' } as const;
  for (const id of ['1', '2', '3']) {
    await decisions.record({ account: 'ana', decision: { id, ...accepted }, at: Number(id) });
    await decisions.record({ account: 'ana', decision: { id: `no ${id}`, ...rejected }, at: 0 });
  }
  await decisions.settle('3', { settlement: 'lapsed', at: 9 });
  await decisions.settle('1', { settlement: 'lapsed', at: 9 });
  expect(await decisions.find('1')).toBe(undefined);
  expect(await decisions.find('no 1')).toBe(undefined);
  const account = 'ana';
  expect(await decisions.find('2')).toStrictEqual({
    account,
    decision: { id: '2', ...accepted },
    at: 2,
  });
  expect(await decisions.find('no 3')).toStrictEqual({
    account,
    decision: { id: 'no 3', ...rejected },
    at: 0,
  });
  expect(await decisions.find('3')).toStrictEqual({
    account,
    decision: { id: '3', ...accepted },
    at: 3,
    settlement: 'lapsed',
    settledAt: 9,
  });
});
