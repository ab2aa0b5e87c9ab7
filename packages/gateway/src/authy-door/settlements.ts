/** Waiting, for a while, for a provisional decision to be settled. */
import type { Outbox, Settlement, VerifierEvent } from '@driftlock/verifier';

export interface Settlements {
  /** To be told of every event of the verifier. */
  heed(event: VerifierEvent): void;
  /** The settlement; `undefined` where there is none after so many milliseconds. */
  within(milliseconds: number, id: string): Promise<Settlement | undefined>;
}

/** Nothing is asked again and no store is polled: the question is under way, and ends in an event. */
export function createSettlements(outbox: Outbox): Settlements {
  const waiting = new Map<string, (settlement: Settlement) => void>();
  return {
    heed(event) {
      if (event.type === 'settled') waiting.get(event.id)?.(event.settlement);
    },
    async within(milliseconds, id) {
      const late = AbortSignal.timeout(milliseconds);
      const told = new Promise<Settlement | undefined>((resolve) => {
        waiting.set(id, resolve);
        late.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      try {
        // It may have been settled before anybody waited.
        const row = await outbox.find(id);
        return row?.settlement ?? (await told);
      } finally {
        waiting.delete(id);
      }
    },
  };
}
