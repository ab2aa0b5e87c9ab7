/** Answers that break on their way: made here, broken for good by whoever owns the socket. */

export interface Breakage {
  /** `lost`: the connection ends. `reset`: it is reset. `truncated`: some bytes come, then it ends. */
  how: 'lost' | 'reset' | 'truncated';
  status: number;
  headers: Record<string, string>;
  /** What arrives before the break. */
  bytes: Uint8Array<ArrayBuffer>;
}

const NOTHING: Omit<Breakage, 'how'> = { status: 500, headers: {}, bytes: new Uint8Array(0) };

/** Keyed by the body, which stays the same object when a middleware copies the response around it. */
const breakages = new WeakMap<ReadableStream, Breakage>();

/**
 * A response whose body fails after the bytes that arrive. Without any its status is 500, so that
 * not even a server that drops the body can pass it on as a yes.
 */
export function brokenReply(
  how: Breakage['how'],
  { status, headers, bytes }: Omit<Breakage, 'how'> = NOTHING,
): Response {
  let sent = bytes.length === 0;
  const body = new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error('the reply was lost'));
      else controller.enqueue(bytes);
      sent = true;
    },
  });
  breakages.set(body, { how, status, headers, bytes });
  return new Response(body, { status, headers });
}

/**
 * How a response is to break, for a server that breaks its socket; undefined for a whole one.
 *
 * @example
 * if (breakageOf(response)?.how === 'lost') socket.destroy();
 */
export function breakageOf(response: Response): Breakage | undefined {
  return response.body === null ? undefined : breakages.get(response.body);
}
