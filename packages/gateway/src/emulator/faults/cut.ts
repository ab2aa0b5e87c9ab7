/** Breaks the socket under a broken reply: the one piece of the emulator that knows Node. */
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { breakageOf } from './broken.js';

export type NodeFetch = (
  request: Request,
  env: HttpBindings | Http2Bindings,
) => Response | Promise<Response>;

/**
 * Wraps the fetch handler given to `@hono/node-server`: where the emulator broke its reply the
 * socket is destroyed or reset, with no byte of an answer written but those that are to arrive.
 *
 * @example
 * serve({ fetch: cutSockets(gateway.fetch), hostname: '127.0.0.1', port: 8626 });
 */
export function cutSockets(fetch: NodeFetch): NodeFetch {
  return async (request, env) => {
    const response = await fetch(request, env);
    const breakage = breakageOf(response);
    if (!breakage) return response;
    const { socket } = env.incoming;
    const { how, status, headers, bytes } = breakage;
    if (how === 'reset') socket.resetAndDestroy();
    else if (how === 'lost') socket.destroy();
    else {
      const outgoing = env.outgoing as HttpBindings['outgoing'];
      outgoing.writeHead(status, headers).write(bytes, () => socket.destroy());
    }
    return RESPONSE_ALREADY_SENT;
  };
}
