/** The stores of one process: gone when it ends, shared with nobody. */
import { type DriftEstimate, importKey } from '@driftlock/totp-core';
import { memoryLedger, memoryOutbox } from '@driftlock/verifier';
import type {
  Account,
  AccountStore,
  DecisionRecord,
  DecisionStore,
  DriftStore,
  Stores,
} from './stores.js';

/**
 * Stores in memory, for tests and for a single process that may forget when it restarts.
 * `keep` bounds how many decisions stay readable.
 *
 * @example
 * const gateway = createGateway({ mode: 'authority', stores: memoryStores(), keys, policy });
 */
export function memoryStores({
  now,
  keep = 10_000,
}: {
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  keep?: number;
} = {}): Stores {
  return {
    accounts: memoryAccounts(),
    ledger: memoryLedger(now ? { now } : {}),
    outbox: memoryOutbox({ keep }),
    decisions: memoryDecisions(keep),
    drift: memoryDrift(),
  };
}

function memoryAccounts(): AccountStore {
  const accounts = new Map<string, Account>();
  return {
    async create({ seeds, ...account }) {
      if (accounts.has(account.id)) return 'exists';
      const held = seeds.map(({ credential, secret, params }) => ({
        credential,
        key: importKey(secret, params),
      }));
      accounts.set(account.id, { ...account, held });
      return 'created';
    },
    async find(id) {
      return accounts.get(id);
    },
    async delete(id) {
      for (const { key } of accounts.get(id)?.held ?? []) key.destroy();
      return accounts.delete(id);
    },
    async list({ query = '', after = '', limit }) {
      const wanted = query.toLowerCase();
      const found = [...accounts.keys()].filter(
        (id) => id > after && id.toLowerCase().includes(wanted),
      );
      return found.sort().slice(0, limit);
    },
  };
}

function memoryDecisions(keep: number): DecisionStore {
  // Apart, because rejections cost whoever types them nothing: they may not push out a yes.
  const accepted = new Map<string, DecisionRecord>();
  const rejected = new Map<string, DecisionRecord>();
  return {
    async record({ account, decision, at }) {
      const records = decision.accepted ? accepted : rejected;
      records.set(decision.id, { account, decision, at });
      for (const oldest of records.keys()) {
        if (records.size <= keep) break;
        records.delete(oldest);
      }
    },
    async settle(id, { settlement, at }) {
      const record = accepted.get(id);
      if (record) accepted.set(id, { ...record, settlement, settledAt: at });
    },
    async find(id) {
      return accepted.get(id) ?? rejected.get(id);
    },
  };
}

function memoryDrift(): DriftStore {
  const learned = new Map<string, Map<string, DriftEstimate>>();
  return {
    async learn({ account, credential, estimate }) {
      const known = learned.get(account) ?? new Map();
      learned.set(account, known.set(credential, estimate));
    },
    async of(account) {
      return learned.get(account) ?? new Map();
    },
    async forget(account) {
      learned.delete(account);
    },
  };
}
