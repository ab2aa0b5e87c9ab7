// Work that ends when its time is up or its caller gives up, whether or not it heeds the signal.

/** `timeout` in milliseconds; rejects with a TimeoutError, or with the reason of `signal`. */
export function within<T>(
  { timeout, signal }: { timeout: number; signal: AbortSignal | undefined },
  work: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (reason: unknown): void => {
      ending.abort(reason);
      reject(reason);
    };
    const abort = (): void => end(signal?.reason);
    const timer = setTimeout(() => end(new DOMException('', 'TimeoutError')), timeout);
    signal?.addEventListener('abort', abort);
    const ended =
      <Result>(settle: (result: Result) => void) =>
      (result: Result): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        settle(result);
      };
    work(ending.signal).then(ended(resolve), ended(reject));
  });
}
