/** How fast Authy is asked: so many a second, and not at all while it wants to be left alone. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Resolves when the next question may be asked. */
  turn(): Promise<void>;
  /** Nobody asks for so many seconds. */
  hold(seconds: number): void;
}

export function createPace({ perSecond }: { perSecond: number }): Pace {
  const gap = 1000 / perSecond;
  let next = 0;
  return {
    async turn() {
      for (;;) {
        const now = performance.now();
        if (next <= now) {
          next = Math.max(next, now - gap) + gap;
          return;
        }
        await sleep(next - now);
      }
    },
    hold(seconds) {
      next = Math.max(next, performance.now() + seconds * 1000);
    },
  };
}
