/** Requests sent again under the same Idempotency-Key, to whichever process: one run, one decision. */
import type { Decision } from '@driftlock/verifier';
import type { KeyedRequest, RequestStore } from './stores/request-store.js';

export interface Repeats {
  /**
   * The decision made under this key of the account before, or under way; else that of `run`.
   * `'other-content'` where the key stood for something else, `'under-way'` where another process
   * decides for longer than anybody waits, `'unanswered'` where the store does not answer.
   */
  once(request: KeyedRequest, run: () => Promise<Decision>): Promise<Once>;
}

export type Once =
  | { decision: Decision; repeated: boolean }
  | 'other-content'
  | 'under-way'
  | 'unanswered';

/** Milliseconds that a key stands for one request. */
const LASTS = 600_000;
/** A verification waits for fewer things than this one after the other, each no longer than the deadline. */
const WAITS = 15;
/** Milliseconds between two looks at what another process does: at first, and at most. */
const PAUSE = { first: 25, longest: 400 };

/**
 * `deadline`: milliseconds that a request waits while another process decides on it. What is under way
 * in this process is shared without a statement; all else is in the store.
 */
export function createRepeats({
  requests,
  deadline,
  now,
}: {
  requests: RequestStore;
  deadline: number;
  now: () => number;
}): Repeats {
  const under = new Map<string, { content: string; outcome: Promise<Once> }>();
  const lease = Math.min(WAITS * deadline, LASTS);

  async function claimed(request: KeyedRequest): ReturnType<RequestStore['claim']> {
    const end = performance.now() + deadline;
    for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
      const at = now();
      const found = await requests.claim(request, { at, leased: at + lease, until: at + LASTS });
      if (found !== 'under-way' || performance.now() + pause > end) return found;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async function decide(request: KeyedRequest, run: () => Promise<Decision>): Promise<Once> {
    const found = await claimed(request).catch(() => 'unanswered' as const);
    if (typeof found === 'string') return found;
    if ('decision' in found) return { decision: found.decision, repeated: true };
    const { claim } = found;
    // What is not released ends with its lease.
    const release = () => requests.release(request, { claim }).catch(() => {});
    const decision = await run().catch(async (error: unknown) => {
      await release();
      throw error;
    });
    const made = { decision, repeated: false };
    if (!wasConsidered(decision)) return release().then(() => made);
    return requests.decide(request, { claim, decision }).then(
      () => made,
      () => 'unanswered',
    );
  }

  return {
    async once(request, run) {
      const { account, incarnation, key, content } = request;
      const name = JSON.stringify([account, incarnation, key]);
      const known = under.get(name);
      if (known) {
        if (known.content !== content) return 'other-content';
        const outcome = await known.outcome;
        return typeof outcome === 'string' ? outcome : { ...outcome, repeated: true };
      }
      const outcome = decide(request, run);
      under.set(name, { content, outcome });
      return outcome.finally(() => under.delete(name));
    },
  };
}

/** A throttled code was neither compared nor sent; after its wait the same request may be made. */
function wasConsidered(decision: Decision): boolean {
  return decision.accepted || (decision.reason !== 'throttled' && decision.reason !== 'locked');
}
