/** A barrier before consume, so that every request of a round is there before the first goes on. */
import type { Ledger } from '@driftlock/verifier';

export interface Barrier {
  /** The ledger, whose `consume` waits here while a round is prepared. */
  before(ledger: Ledger): Ledger;
  /** From now on consumes wait; resolves once `count` do. */
  close(count: number): Promise<void>;
  open(): void;
}

export function createBarrier(): Barrier {
  let opened = Promise.resolve();
  let open = (): void => {};
  let arrive = (): void => {};
  return {
    before: (ledger) => ({
      ...ledger,
      async consume(use) {
        arrive();
        await opened;
        return ledger.consume(use);
      },
    }),
    close(count) {
      opened = new Promise((resolve) => {
        open = resolve;
      });
      let waiting = 0;
      return new Promise((resolve) => {
        arrive = () => {
          if (++waiting === count) resolve();
        };
      });
    },
    open() {
      arrive = () => {};
      open();
    },
  };
}
