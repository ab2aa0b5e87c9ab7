/** Unsealed keys, as few and for as short as is bearable: bounded, and wiped when they leave. */
import { importKey, type TotpKey } from '@driftlock/totp-core';
import { createLatest } from './latest.js';
import { nameOf, type Seal, type SeedName } from './seal.js';

export interface SealedSeed extends SeedName {
  sealed: string;
}

export interface Keyring {
  /** An account as it is now: from here on its keys may be kept, and no key of any other seed. */
  admit(account: string, seeds: { credential: string; sealed: string }[]): void;
  /** Wipes an account's keys; none is kept again until it is admitted. */
  forget(account: string): void;
  /**
   * Works with a seed's key. `work` is synchronous, so that nothing can wipe the key meanwhile, and
   * it may not keep it. Rejects with `ERR_SEAL` where the seed can't be unsealed. An account that was
   * forgotten since it was read may be gone: there `isHeld` is asked first.
   */
  use<Result>(
    seed: SealedSeed & { isHeld: () => Promise<boolean> },
    work: (key: TotpKey) => Result,
  ): Promise<Result>;
  /** Wipes them all. */
  clear(): void;
}

type Keys = Map<string, { sealed: string; key: TotpKey }>;

/** `keep` bounds of how many accounts keys are kept; the least recently used are wiped first. */
export function createKeyring(seal: Seal, { keep = 10_000 }: { keep?: number } = {}): Keyring {
  const admitted = createLatest<Keys>(keep, (keys) => {
    for (const { key } of keys.values()) key.destroy();
    keys.clear();
  });

  return {
    admit(account, seeds) {
      const keys = admitted.get(account);
      if (!keys) {
        admitted.put(account, new Map());
        return;
      }
      for (const [credential, { sealed, key }] of keys) {
        if (seeds.some((seed) => seed.credential === credential && seed.sealed === sealed))
          continue;
        keys.delete(credential);
        key.destroy();
      }
    },
    forget: (account) => admitted.drop(account),
    async use(seed, work) {
      const { account, credential, sealed } = seed;
      const kept = admitted.get(account)?.get(credential);
      if (kept?.sealed === sealed) return work(kept.key);
      if (!admitted.get(account) && !(await seed.isHeld())) {
        throw new Error('the seed is held no more');
      }
      const key = await unseal(seal, seed);
      // Forgotten meanwhile, or unsealed by another: this one is for now alone.
      const keys = admitted.get(account);
      const stays = keys !== undefined && !keys.has(credential);
      if (stays) keys.set(credential, { sealed, key });
      try {
        return work(key);
      } finally {
        if (!stays) key.destroy();
      }
    },
    clear: () => admitted.clear(),
  };
}

async function unseal(seal: Seal, seed: SealedSeed): Promise<TotpKey> {
  const secret = await seal.open(seed.sealed, nameOf(seed));
  try {
    return importKey(secret, seed.params);
  } finally {
    secret.fill(0);
  }
}
