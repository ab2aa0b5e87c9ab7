/** Requests sent again under the same Idempotency-Key: one run, one decision. */
import type { Decision } from '@driftlock/verifier';
import { sha256Hex } from './digest.js';

export interface Repeats {
  /**
   * The decision made under this key of the account before, or under way; else that of `run`.
   * `'other-content'` where the key stood for something else.
   */
  once(
    request: { account: string; key: string; content: string },
    run: () => Promise<Decision>,
  ): Promise<{ decision: Decision; repeated: boolean } | 'other-content'>;
  /** Forgets an account's requests: one created anew under its id is another. */
  forget(account: string): void;
}

interface Entry {
  account: string;
  digest: string;
  until: number;
  decision: Promise<Decision>;
}

/**
 * Remembers in this process, the newest `keep` requests for `lasts` milliseconds. Of what was sent
 * only a digest stays, under a salt that nobody else knows.
 */
export function createRepeats({
  now,
  keep = 10_000,
  lasts = 600_000,
}: {
  now: () => number;
  keep?: number;
  lasts?: number;
}): Repeats {
  const entries = new Map<string, Entry>();
  const salt = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));

  function makeRoom(at: number): void {
    for (const [oldest, { until }] of entries) {
      if (until > at && entries.size < keep) break;
      entries.delete(oldest);
    }
  }

  return {
    async once({ account, key, content }, run) {
      const name = JSON.stringify([account, key]);
      const digest = sha256Hex(JSON.stringify([salt, name, content]));
      const at = now();
      const known = entries.get(name);
      if (known && known.until > at) {
        if (known.digest !== digest) return 'other-content';
        return { decision: await known.decision, repeated: true };
      }
      makeRoom(at);
      const entry = { account, digest, until: at + lasts, decision: run() };
      entries.set(name, entry);
      try {
        const decision = await entry.decision;
        if (!wasConsidered(decision)) drop(name, entry);
        return { decision, repeated: false };
      } catch (error) {
        drop(name, entry);
        throw error;
      }
    },
    forget(account) {
      for (const [name, entry] of entries) if (entry.account === account) entries.delete(name);
    },
  };

  function drop(name: string, entry: Entry): void {
    if (entries.get(name) === entry) entries.delete(name);
  }
}

/** A throttled code was neither compared nor sent; after its wait the same request may be made. */
function wasConsidered(decision: Decision): boolean {
  return decision.accepted || (decision.reason !== 'throttled' && decision.reason !== 'locked');
}
