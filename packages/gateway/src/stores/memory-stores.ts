/** The stores of one process: gone when it ends, shared with nobody. */
import { type DriftEstimate, importKey } from '@driftlock/totp-core';
import { memoryLedger, memoryOutbox } from '@driftlock/verifier';
import { memoryEngine } from '../engines/memory.js';
import { recoveryOver } from './recovery-store.js';
import type {
  Account,
  AccountStore,
  DecisionRecord,
  DecisionStore,
  DriftStore,
  Seed,
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
    recovery: recoveryOver(memoryEngine()),
  };
}

function memoryAccounts(): AccountStore {
  const accounts = new Map<string, Account>();
  const byAuthyId = new Map<string, string>();
  const holding = ({ credential, secret, params }: Seed) => ({
    credential,
    key: importKey(secret, params),
  });
  return {
    async create({ seeds, ...account }) {
      const { id, authyId } = account;
      if (accounts.has(id) || (authyId !== undefined && byAuthyId.has(authyId))) return 'exists';
      accounts.set(id, { ...account, held: seeds.map(holding) });
      if (authyId !== undefined) byAuthyId.set(authyId, id);
      return 'created';
    },
    async find(id) {
      return accounts.get(id);
    },
    async findByAuthyId(authyId) {
      return accounts.get(byAuthyId.get(authyId) ?? '');
    },
    async hold(id, seed) {
      const account = accounts.get(id);
      if (!account) return false;
      const others = account.held.filter(({ credential }) => credential !== seed.credential);
      // What is replaced may be in use by a verification under way: it is let go, not wiped.
      accounts.set(id, { ...account, held: [...others, holding(seed)] });
      return true;
    },
    async delete(id) {
      const { held = [], authyId } = accounts.get(id) ?? {};
      for (const { key } of held) key.destroy();
      if (authyId !== undefined) byAuthyId.delete(authyId);
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
