import { type TotpKey, totp } from '@driftlock/totp-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import { passingSeal } from '../../src/stores/seal.js';
import { storesOver } from '../../src/stores/stores-over.js';

const AT = 1_800_000_000_000;
const secret = new Uint8Array(20).fill(7);

async function stocked(unsealed: number, accounts = 5) {
  const stores = storesOver(memoryEngine(), { seal: passingSeal(), unsealed });
  for (let n = 0; n < accounts; n++) {
    const seeds = ['phone', 'key'].map((credential) => ({ credential, secret, params: {} }));
    await stores.accounts.create({ id: `a${n}`, seeds });
  }
  const keyOf = async (n: number) =>
    (await stores.accounts.find(`a${n}`))!.held[0]!.use((key) => key);
  return { stores, keyOf };
}

const isAlive = (key: TotpKey) => {
  try {
    return totp(key, { at: AT }) !== '';
  } catch {
    return false;
  }
};

test('of so many accounts keys stay unsealed, and the least recently used are wiped', async () => {
  const { keyOf } = await stocked(2);
  const [a, b] = [await keyOf(0), await keyOf(1)];
  expect(await keyOf(0)).toBe(a);
  const c = await keyOf(2);
  expect([a, b, c].map(isAlive)).toStrictEqual([true, false, true]);
  expect(await keyOf(0)).toBe(a);
  expect(await keyOf(1)).not.toBe(b);
});

test('none stays where none may', async () => {
  const { keyOf } = await stocked(0);
  expect(isAlive(await keyOf(0))).toBe(false);
});

test('closing the stores wipes every key', async () => {
  const { stores, keyOf } = await stocked(9);
  const keys = [await keyOf(0), await keyOf(1)];
  expect(keys.every(isAlive)).toBe(true);
  await stores.close();
  expect(keys.some(isAlive)).toBe(false);
});

test('an account that another process deleted leaves no key behind once it is looked for', async () => {
  const engine = memoryEngine();
  const seal = passingSeal();
  const [ours, theirs] = [storesOver(engine, { seal }), storesOver(engine, { seal })];
  await ours.accounts.create({ id: 'ana', seeds: [{ credential: 'phone', secret, params: {} }] });
  const key = await (await ours.accounts.find('ana'))!.held[0]!.use((one) => one);
  await theirs.accounts.delete('ana');
  expect(isAlive(key)).toBe(true);
  expect(await ours.accounts.find('ana')).toBe(undefined);
  expect(isAlive(key)).toBe(false);
});

test('a seed that was replaced meanwhile gives no code of the new one, and none once it is wiped', async () => {
  const { stores } = await stocked(9, 1);
  const code = (key: TotpKey) => totp(key, { at: AT });
  const [before] = (await stores.accounts.find('a0'))!.held;
  const old = await before!.use(code);
  const other = new Uint8Array(20).fill(8);
  await stores.accounts.hold('a0', { credential: 'phone', secret: other, params: {} });
  const after = (await stores.accounts.find('a0'))!.held.find((one) => one.credential === 'phone');
  const fresh = await after!.use(code);
  expect(fresh).not.toBe(old);
  expect(await before!.use(code)).toBe(old);
  expect(await after!.use(code)).toBe(fresh);
  stores.accounts.wipe('a0');
  await expect(before!.use(code)).rejects.toThrow('the seed is held no more');
  expect(await after!.use(code)).toBe(fresh);
});

test('whatever is wiped meanwhile, nobody works with a wiped key', async () => {
  const tally = { worked: 0, gone: 0, again: 0 };
  const act = fc.record({
    account: fc.nat(4),
    what: fc.constantFrom('use', 'use', 'use', 'wipe', 'delete'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const { stores } = await stocked(2);
      const unsealed = new Set<TotpKey>();
      const started = acts.map(async ({ account, what }) => {
        const id = `a${account}`;
        if (what === 'wipe') return stores.accounts.wipe(id);
        if (what === 'delete') return void (await stores.accounts.delete(id));
        const found = await stores.accounts.find(id);
        for (const { use } of [...(found?.held ?? []), ...(found?.held ?? [])]) {
          try {
            await use((key) => {
              if (unsealed.has(key)) tally.again++;
              unsealed.add(key);
              expect(totp(key, { at: AT })).toMatch(/^\d{6}$/);
            });
            tally.worked++;
          } catch (error) {
            expect((error as Error).message).toBe('the seed is held no more');
            tally.gone++;
          }
        }
      });
      await Promise.all(started);
      // Two credentials of two accounts at most.
      expect([...unsealed].filter(isAlive).length).toBeLessThanOrEqual(4);
    }),
  );
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(30);
});
