/** What settles provisional decisions on a Node server: it beats only while one is open. */

export interface Heartbeat {
  /** Something is open, or may be. */
  wake(): void;
  /** Ends the beat under way and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * `beat` resolves with how many are still open. Beats never overlap; `pause`, in milliseconds, lies
 * between them.
 */
export function startHeartbeat(
  beat: (signal: AbortSignal) => Promise<number>,
  { pause = 1000 }: { pause?: number } = {},
): Heartbeat {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;
  let woken = false;

  function wake(): void {
    woken = true;
    if (timer || beating || stopping.signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      // Not begun before it is known to be under way.
      beating = Promise.resolve().then(run);
    }, pause).unref();
  }

  async function run(): Promise<void> {
    woken = false;
    // A beat that failed has settled nothing: everything may still be open.
    const open = await beat(stopping.signal).catch(() => 1);
    beating = undefined;
    if (woken || open > 0) wake();
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
