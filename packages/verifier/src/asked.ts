/** Codes that may have reached the authority and got no ruling, so that none is sent a second time. */
import { dropOldest } from './drop-oldest.js';

export interface Asked {
  /** Whether a code of this account may be sent; if so, it counts as sent until it is forgotten. */
  maySend(typed: { account: string; code: string; now: number }): Promise<boolean>;
  /** A ruling was had, or provably nothing was sent. */
  forget(typed: { account: string; code: string }): Promise<void>;
}

/** Codes remembered at once. */
const MOST = 10_000;

/**
 * Remembers codes as digests under a salt of this process, for `lifetime` milliseconds each. Codes
 * that a held credential matches need none of it: the ledger holds their step.
 */
export function createAsked(lifetime: number): Asked {
  const salt = crypto.randomUUID();
  const until = new Map<string, number>();

  async function digest({ account, code }: { account: string; code: string }): Promise<string> {
    const bytes = new TextEncoder().encode(JSON.stringify([salt, account, code]));
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join();
  }

  return {
    async maySend(typed) {
      const name = await digest(typed);
      const dead = until.get(name);
      if (dead !== undefined && dead > typed.now) return false;
      until.delete(name);
      until.set(name, typed.now + lifetime);
      dropOldest(until, MOST);
      return true;
    },
    async forget(typed) {
      until.delete(await digest(typed));
    },
  };
}
