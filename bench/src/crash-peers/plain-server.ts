/** A server that takes whatever it is told, as often as it is told. */
import { type State, throughLine } from '../crash-browser/line.js';

export interface PlainServer {
  /** What the next requests meet. */
  line: State;
  readonly arrived: { id: string; took: boolean }[];
  take(request: Request): Promise<Response>;
}

const ROWS = 'https://server.test/rows/';

export function plainServer(random: () => number): PlainServer {
  const server: PlainServer = {
    line: 'up',
    arrived: [],
    take: (request) =>
      throughLine({ line: server.line, random }, async () => {
        server.arrived.push({ id: idIn(request.url), took: true });
        return new Response(null, { status: 201 });
      }),
  };
  return server;
}

/** What tells it of a row. */
export function requestFor(id: string): Request {
  return new Request(`${ROWS}${id}`, { method: 'POST', body: '{}' });
}

export function idIn(url: string): string {
  return url.slice(ROWS.length);
}
