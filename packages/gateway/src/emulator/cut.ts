/** Cuts the socket under a lost reply: the one piece of the emulator that knows Node. */
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { isLostReply } from './lost.js';

export type NodeFetch = (
  request: Request,
  env: HttpBindings | Http2Bindings,
) => Response | Promise<Response>;

/**
 * Wraps the fetch handler given to `@hono/node-server`: where the emulator lost its reply the
 * socket is destroyed with no byte of an answer written.
 *
 * @example
 * serve({ fetch: cutLostReplies(gateway.fetch), hostname: '127.0.0.1', port: 8626 });
 */
export function cutLostReplies(fetch: NodeFetch): NodeFetch {
  return async (request, env) => {
    const response = await fetch(request, env);
    if (!isLostReply(response)) return response;
    env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  };
}
