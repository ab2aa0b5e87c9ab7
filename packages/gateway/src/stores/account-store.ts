/** Accounts over an engine: one record each. */
import { importKey } from '@driftlock/totp-core';
import type { AccountShelf, StoredAccount, StoredSeed } from './account-shelf.js';
import type { Engine } from './engine.js';
import type { Keyring } from './keyring.js';
import { nameOf, type Seal } from './seal.js';
import type { Account, AccountStore, HeldSeed, Seed } from './stores.js';

/** `ready` is awaited before anything is sealed. */
export function accountsIn(
  shelf: AccountShelf,
  {
    engine,
    seal,
    keyring,
    ready,
  }: { engine: Engine; seal: Seal; keyring: Keyring; ready: () => Promise<void> },
): AccountStore {
  /** Whoever it is at the authority, under any name. */
  const known = (authyId: string) => engine.list({ kind: 'account', group: authyId, limit: 2 });

  async function sealed(account: string, seed: Seed): Promise<StoredSeed> {
    await ready();
    return sealSeed(seal, account, seed);
  }

  return {
    async create({ id, authyId, seeds: given }) {
      if (authyId !== undefined && (await known(authyId)).length > 0) return 'exists';
      const seeds = await Promise.all(given.map((seed) => sealed(id, seed)));
      const user = authyId === undefined ? {} : { authyId };
      const account = { incarnation: crypto.randomUUID(), ...user, seeds };
      if (!(await shelf.create(id, account))) return 'exists';
      // Of two at once for one user, one at least sees both here, and takes itself back.
      if (authyId === undefined || (await known(authyId)).length === 1) return 'created';
      await shelf.change(id, () => ({ value: undefined, result: undefined }));
      return 'exists';
    },
    async find(id) {
      const account = await shelf.read(id);
      if (account) return opened({ shelf, keyring }, id, account);
      keyring.forget(id);
      return undefined;
    },
    async findByAuthyId(authyId) {
      const [first] = await known(authyId);
      return first && opened({ shelf, keyring }, first.key, shelf.listed(first));
    },
    async hold(id, seed) {
      const added = await sealed(id, seed);
      return shelf.change(id, (account) => {
        if (!account) return { value: account, result: false };
        const others = account.seeds.filter(({ credential }) => credential !== added.credential);
        return { value: { ...account, seeds: [...others, added] }, result: true };
      });
    },
    async delete(id) {
      const deleted = await shelf.change(id, (account) => ({
        value: undefined,
        result: account !== undefined,
      }));
      keyring.forget(id);
      return deleted;
    },
    wipe: (id) => keyring.forget(id),
    async list({ query = '', after = '', limit }) {
      const page = { kind: 'account', containing: query, after, limit } as const;
      return (await engine.list(page)).map(({ key }) => key);
    },
  };
}

/** Throws the engine's errors for a secret or parameters that are none. */
async function sealSeed(
  seal: Seal,
  account: string,
  { credential, secret, params: given }: Seed,
): Promise<StoredSeed> {
  const key = importKey(secret, given);
  const { params } = key;
  key.destroy();
  const copy = Uint8Array.from(secret);
  try {
    const sealed = await seal.close(copy, nameOf({ account, credential, params }));
    return { credential, params, sealed };
  } finally {
    copy.fill(0);
  }
}

function opened(
  { shelf, keyring }: { shelf: AccountShelf; keyring: Keyring },
  id: string,
  { seeds, ...names }: StoredAccount,
): Account {
  keyring.admit(id, seeds);
  const held = seeds.map(({ credential, params, sealed, estimate }): HeldSeed => {
    const isHeld = async () => {
      const { seeds: now = [] } = (await shelf.read(id)) ?? {};
      return now.some((seed) => seed.credential === credential && seed.sealed === sealed);
    };
    const seed = { account: id, credential, params, sealed, isHeld };
    const use: HeldSeed['use'] = (work) => keyring.use(seed, work);
    return { credential, params, ...(estimate ? { estimate } : {}), use };
  });
  return { id, ...names, held };
}
