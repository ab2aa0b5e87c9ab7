/** An account read once for each request, though the verifier asks for it several times. */
import type { Account, AccountStore } from './stores/stores.js';

export interface Lookups {
  /**
   * Finds an account, and while `work` goes on answers `of` with what was found, or with what a
   * request begun since has found.
   */
  during<Result>(
    find: () => Promise<Account | undefined>,
    work: (account: Account | undefined) => Result | Promise<Result>,
  ): Promise<Result>;
  /** The account as a request under way found it, else as it is. */
  of(id: string): Promise<Account | undefined>;
}

export function createLookups(accounts: AccountStore): Lookups {
  const under = new Map<string, { account: Account; begun: number; requests: number }>();
  let last = 0;
  return {
    async during(find, work) {
      const begun = ++last;
      const account = await find();
      if (!account) return work(undefined);
      const found = under.get(account.id) ?? { account, begun, requests: 0 };
      under.set(account.id, found);
      found.requests++;
      // A search begun earlier may have ended later: nobody is given what is older than their own.
      if (begun > found.begun) Object.assign(found, { account, begun });
      try {
        return await work(account);
      } finally {
        found.requests--;
        if (found.requests === 0) under.delete(account.id);
      }
    },
    of: async (id) => under.get(id)?.account ?? accounts.find(id),
  };
}
