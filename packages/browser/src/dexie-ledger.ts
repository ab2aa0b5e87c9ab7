/** The ledger of this device, shared by all its tabs and workers. */
import {
  type AccountState,
  type Consume,
  EMPTY_ACCOUNT,
  type Ledger,
  ledgerOver,
} from '@driftlock/verifier';
import { leaseOf, settled } from './lease.js';
import type { Tables } from './schema.js';
import type { Store } from './store.js';
import { WIPE_AFTER, wipeIfGuessed } from './wipe.js';

export interface DexieLedgerOptions {
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** Wrong codes in a row after which the account's custody is deleted. @default 10 */
  wipeAfter?: number;
}

type Reserving = Consume & { reserve: NonNullable<Consume['reserve']> };

/**
 * A ledger in the store: each operation reads, decides and writes in one transaction. An offline use
 * is reserved only where the budget and this device's lease both have one.
 *
 * An enrolled account whose record is missing reads as latched, not as empty: what it had used up is
 * unknown, so only the authority can say yes. Custody without a lease is good for nothing.
 *
 * @example
 * const ledger = dexieLedger(store);
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'first'
 * await ledger.consume({ account: 'ana', credential: 'phone', step: 58 }); // 'replay', in any tab
 */
export function dexieLedger(
  store: Store,
  { now = Date.now, wipeAfter = WIPE_AFTER }: DexieLedgerOptions = {},
): Ledger {
  /** The ledger inside one transaction. */
  const within = (tables: Tables): Ledger =>
    ledgerOver(async (account, reduce) => {
      const before = (await tables.ledger.get(account)) ?? (await missing(tables, account, now));
      const { state, result } = reduce(before);
      // One more try after so many: what it would be compared with is gone before it is.
      if (state.attempts.next > before.attempts.next) {
        await wipeIfGuessed(tables, { account, state: before, wipeAfter, at: now() });
      }
      if (state !== before) await tables.ledger.put(state, account);
      return result;
    }, now);

  const alone = <T>(work: (ledger: Ledger) => Promise<T>): Promise<T> =>
    store.write(['ledger', 'accounts', 'custody'], (tables) => work(within(tables)));

  return {
    take: (account, options) => alone((ledger) => ledger.take(account, options)),
    giveBack: (account, what) => alone((ledger) => ledger.giveBack(account, what)),
    latch: (account, change) => alone((ledger) => ledger.latch(account, change)),
    state: (account) => alone((ledger) => ledger.state(account)),
    async consume(use) {
      const { reserve } = use;
      if (!reserve) return alone((ledger) => ledger.consume(use));
      return store.write(['ledger', 'accounts', 'custody', 'outbox'], (tables) =>
        consumeLeased(tables, within(tables), { at: now(), ...use, reserve }),
      );
    },
    async lease(account) {
      const left = await leaseOf(store, account);
      return left.leased ? left : undefined;
    },
  };
}

/** The smaller of budget and lease decides, and what it gives is taken out of both. */
async function consumeLeased(
  tables: Tables,
  ledger: Ledger,
  use: Reserving & { at: number },
): Promise<'first' | 'replay' | 'spent'> {
  const { account, at, reserve } = use;
  const row = await tables.accounts.get(account);
  const lease = row?.lease && (await settled(tables, row.lease));
  const mayReserve = lease
    ? lease.spent.length < lease.uses && at < lease.until
    : !row || (await tables.custody.where({ account }).count()) === 0;
  if (!mayReserve) return ledger.consume({ ...use, reserve: { ...reserve, uses: 0 } });
  const outcome = await ledger.consume(use);
  if (outcome === 'first' && row && lease) {
    const spent = [...lease.spent, reserve.id];
    await tables.accounts.put({ ...row, lease: { ...lease, spent } });
  }
  return outcome;
}

async function missing(
  { accounts }: Tables,
  account: string,
  now: () => number,
): Promise<AccountState> {
  const lost = (await accounts.get(account)) !== undefined;
  return lost ? { ...EMPTY_ACCOUNT, latch: { id: 'missing', at: now() } } : EMPTY_ACCOUNT;
}
