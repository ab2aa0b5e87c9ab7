/** What settles decisions and sends callbacks on a Node server: it beats fast only while one is open. */

export interface Heartbeat {
  /** Something is open, or may be. */
  wake(): void;
  /** Ends the beat under way and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * `beat` resolves with how many are still open. Beats never overlap; `pause`, in milliseconds, lies
 * between them, and `idle` once nothing is open: another process may have left something behind.
 */
export function startHeartbeat(
  beat: (signal: AbortSignal) => Promise<number>,
  { pause = 1000, idle = 60_000 }: { pause?: number; idle?: number } = {},
): Heartbeat {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;
  let woken = false;
  let isSoon = false;

  function wake(): void {
    woken = true;
    if (isSoon || beating) return;
    isSoon = true;
    beatAfter(pause);
  }

  function beatAfter(milliseconds: number): void {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      isSoon = false;
      // Not begun before it is known to be under way.
      beating = Promise.resolve().then(run);
    }, milliseconds).unref();
  }

  async function run(): Promise<void> {
    woken = false;
    // A beat that failed has ended nothing: everything may still be open.
    const open = await beat(stopping.signal).catch(() => 1);
    beating = undefined;
    if (woken || open > 0) wake();
    else beatAfter(idle);
  }

  return {
    wake,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await beating;
    },
  };
}
