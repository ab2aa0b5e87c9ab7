/** What codes taught of clocks, kept with the seeds they are the clocks of. */
import type { AccountShelf, StoredAccount, StoredSeed } from './account-shelf.js';
import type { DriftStore } from './stores.js';

export function driftIn(shelf: AccountShelf): DriftStore {
  const change = (account: string, each: (seed: StoredSeed) => StoredSeed): Promise<void> =>
    shelf.change(account, (known) => ({
      value: known && withSeeds(known, each),
      result: undefined,
    }));
  return {
    learn: ({ account, credential, estimate }) =>
      change(account, (seed) => (seed.credential === credential ? { ...seed, estimate } : seed)),
    async of(account) {
      const { seeds = [] } = (await shelf.read(account)) ?? {};
      return new Map(
        seeds.flatMap(({ credential, estimate }) =>
          estimate ? [[credential, estimate] as const] : [],
        ),
      );
    },
    forget: (account) =>
      change(account, (seed) => {
        const { estimate, ...rest } = seed;
        return estimate ? rest : seed;
      }),
  };
}

/** The same account where no seed changed. */
function withSeeds(account: StoredAccount, each: (seed: StoredSeed) => StoredSeed): StoredAccount {
  const seeds = account.seeds.map(each);
  return seeds.every((seed, i) => seed === account.seeds[i]) ? account : { ...account, seeds };
}
