/** A Node HTTP server around a fetch handler: opened, addressed, shut without cutting anyone off. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { NodeFetch } from './emulator/faults/cut.js';

/** Rejects where the port can't be had. */
export async function listen(
  fetch: NodeFetch,
  { host, port }: { host: string; port: number },
): Promise<Server> {
  const server = createAdaptorServer({
    fetch: (request, env) => fetch(request, env as HttpBindings),
  }) as Server;
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** Where a server can be reached from its own machine. */
export function addressOf(server: Server): { url: string; port: number } {
  const { address, family, port } = server.address() as AddressInfo;
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return { url: `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`, port };
}

/** Resolves once no connection is left; one still busy after `grace` milliseconds is cut. */
export async function shut(server: Server, { grace }: { grace: number }): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearTimeout(cut);
}
