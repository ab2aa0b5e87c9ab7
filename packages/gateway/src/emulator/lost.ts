/** A reply that is lost on its way: made here, cut off by whoever owns the socket. */

/** Keyed by the body, which stays the same object when a middleware copies the response around it. */
const lost = new WeakSet<ReadableStream>();

/**
 * A response whose body fails before its first byte; status 500, so that not even a server that
 * drops the body can pass it on as a yes.
 */
export function lostReply(): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('the reply was lost'));
    },
  });
  lost.add(body);
  return new Response(body, { status: 500 });
}

/**
 * Tells whether a response is a lost reply; a server then cuts the socket instead of answering.
 *
 * @example
 * if (isLostReply(response)) socket.destroy();
 */
export function isLostReply(response: Response): boolean {
  return response.body !== null && lost.has(response.body);
}
