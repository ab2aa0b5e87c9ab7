/** Rotation: every seed sealed anew under the current key. */
import {
  type AccountShelf,
  accountShelf,
  openSeed,
  type StoredSeed,
  storedAccounts,
} from './account-shelf.js';
import type { Engine } from './engine.js';
import { createSeal, keyIdOf, nameOf, type Seal, type SealOptions } from './seal.js';
import { checkSeal } from './seal-check.js';

/**
 * Seals anew what older keys sealed, an account at a time; broken off, it is called again. Once it
 * resolves the older keys are needed no more, unless a gateway that still seals with one is running.
 * Resolves with how many accounts it changed; rejects with `ERR_SEAL` where a key is missing.
 *
 * @example
 * await resealAll(engine, { current: { id: 'k2', key }, older: [{ id: 'k1', key: before }] });
 */
export async function resealAll(engine: Engine, options: SealOptions): Promise<number> {
  await checkSeal(engine, options);
  const seal = createSeal(options);
  const shelf = accountShelf(engine);
  let changed = 0;
  for await (const { account, seeds } of storedAccounts(engine)) {
    if (!isOld(seal, seeds)) continue;
    await resealAccount({ seal, shelf }, account);
    changed++;
  }
  await forgetOlder(engine, seal);
  return changed;
}

/** Again, where the account changed while its seeds were being sealed. */
async function resealAccount(
  { seal, shelf }: { seal: Seal; shelf: AccountShelf },
  id: string,
): Promise<void> {
  for (;;) {
    const account = await shelf.read(id);
    if (!account || !isOld(seal, account.seeds)) return;
    const seeds = await Promise.all(account.seeds.map((seed) => resealed(seal, id, seed)));
    const done = await shelf.change(id, (now) => {
      const isSame = JSON.stringify(now) === JSON.stringify(account);
      return { value: isSame ? { ...account, seeds } : now, result: isSame };
    });
    if (done) return;
  }
}

function isOld(seal: Seal, seeds: StoredSeed[]): boolean {
  return seeds.some(({ sealed }) => keyIdOf(sealed) !== seal.current);
}

async function resealed(seal: Seal, account: string, seed: StoredSeed): Promise<StoredSeed> {
  if (keyIdOf(seed.sealed) === seal.current) return seed;
  const secret = await openSeed(seal, account, seed);
  try {
    return { ...seed, sealed: await seal.close(secret, nameOf({ account, ...seed })) };
  } finally {
    secret.fill(0);
  }
}

/** The notes that older keys have to be given. */
async function forgetOlder(engine: Engine, seal: Seal): Promise<void> {
  for (const id of seal.ids.filter((one) => one !== seal.current)) {
    const place = { kind: 'seal', key: id } as const;
    const noted = await engine.read(place);
    if (noted) await engine.swap(place, { from: noted.version });
  }
}
