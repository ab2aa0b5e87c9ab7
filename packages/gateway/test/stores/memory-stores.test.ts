import { totp } from '@driftlock/totp-core';
import { testLedger, testOutbox } from '@driftlock/verifier/testing';
import { expect, test } from 'vitest';
import { memoryStores } from '../../src/stores/memory-stores.js';

const secret = () => new TextEncoder().encode('12345678901234567890');
const seeds = () => [{ credential: 'phone', secret: secret(), params: {} }];
const rejected = { accepted: false, reason: 'mismatch' } as const;

test('the ledger and the outbox keep their contracts', async () => {
  await testLedger(() => memoryStores().ledger);
  await testOutbox(() => memoryStores().outbox);
});

test('an account keeps a copy of its seed', async () => {
  const { accounts } = memoryStores();
  const given = seeds();
  await accounts.create({ id: 'ana', seeds: given });
  given[0]?.secret.fill(0);
  const found = await accounts.find('ana');
  const [phone] = found?.held ?? [];
  expect(await phone?.use((key) => totp(key, { at: 59_000 }))).toBe('287082');
});

test('a second account of one name changes nothing', async () => {
  const { accounts } = memoryStores();
  expect(await accounts.create({ id: 'ana', authyId: '1', seeds: [] })).toBe('created');
  expect(await accounts.create({ id: 'ana', authyId: '2', seeds: seeds() })).toBe('exists');
  expect(await accounts.find('ana')).toStrictEqual({ id: 'ana', authyId: '1', held: [] });
});

test('a deleted account’s keys are wiped, and no more made of what was read before', async () => {
  const { accounts } = memoryStores();
  await accounts.create({ id: 'ana', seeds: seeds() });
  const found = await accounts.find('ana');
  const [phone] = found!.held;
  const kept = await phone!.use((key) => key);
  expect(await accounts.delete('ana')).toBe(true);
  expect(() => totp(kept, { at: 59_000 })).toThrow('the key was destroyed');
  await expect(phone!.use((key) => key)).rejects.toThrow('the seed is held no more');
  expect(await accounts.delete('ana')).toBe(false);
});

test('accounts with the names of object members are accounts like others', async () => {
  const { accounts, drift, decisions } = memoryStores();
  for (const id of ['__proto__', 'constructor', 'toString']) {
    expect(await accounts.find(id)).toBe(undefined);
    expect(await drift.of(id)).toStrictEqual(new Map());
    expect(await decisions.find(id)).toBe(undefined);
    expect(await accounts.create({ id, seeds: [] })).toBe('created');
  }
});

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

test('an account is found by its user, who is no other account’s', async () => {
  const { accounts } = memoryStores();
  expect(await accounts.create({ id: 'ana', authyId: '17', seeds: [] })).toBe('created');
  expect(await accounts.create({ id: 'ben', authyId: '17', seeds: [] })).toBe('exists');
  expect(await accounts.find('ben')).toBe(undefined);
  const ana = { id: 'ana', authyId: '17', held: [] };
  expect(await accounts.findByAuthyId('17')).toStrictEqual(ana);
  expect(await accounts.findByAuthyId('ana')).toBe(undefined);
  await accounts.delete('ana');
  expect(await accounts.findByAuthyId('17')).toBe(undefined);
  expect(await accounts.create({ id: 'ben', authyId: '17', seeds: [] })).toBe('created');
});

test('a seed is added to an account, or takes the place of its credential’s', async () => {
  const { accounts } = memoryStores();
  const seed = (credential: string, first: number) => ({
    credential,
    secret: new Uint8Array(20).fill(first),
    params: {},
  });
  const code = (account: Awaited<ReturnType<typeof accounts.find>>, i: number) =>
    account?.held[i]?.use((key) => totp(key, { at: 0 }));
  expect(await accounts.hold('ana', seed('a', 1))).toBe(false);
  await accounts.create({ id: 'ana', authyId: '17', seeds: [seed('a', 1)] });
  expect(await accounts.hold('ana', seed('b', 2))).toBe(true);
  const before = await accounts.find('ana');
  const [first, second] = [await code(before, 0), await code(before, 1)];
  expect(before?.held.map(({ credential }) => credential)).toStrictEqual(['a', 'b']);
  await accounts.hold('ana', seed('a', 3));
  const after = await accounts.findByAuthyId('17');
  expect(after?.held.map(({ credential }) => credential)).toStrictEqual(['b', 'a']);
  expect(await code(after, 0)).toBe(second);
  expect(await code(after, 1)).not.toBe(first);
});
