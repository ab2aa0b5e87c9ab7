/** The line between a device and its server: what it does to a request. */

/** `lossy` loses nearly a third of the requests, and of the answers; `busy` is a server that says 503. */
export type State = 'up' | 'down' | 'lossy' | 'busy';

interface Line {
  line: State;
  random: () => number;
}

const LOST = 0.3;

export async function throughLine(
  { line, random }: Line,
  serve: () => Promise<Response>,
): Promise<Response> {
  const lossy = line === 'lossy';
  if (line === 'down' || (lossy && random() < LOST)) throw new TypeError('fetch failed');
  if (line === 'busy') return new Response(null, { status: 503 });
  const response = await serve();
  if (lossy && random() < LOST) throw new TypeError('terminated');
  return response;
}
