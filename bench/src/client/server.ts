/** The far side of the client run: answers a verification as Authy does, at once and from memory. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';

/** The one token that is good. */
export const GOOD = '1234567';

const YES =
  '{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":500001,"os_type":"android","registration_date":1111111109,"registration_method":null,"registration_country":null,"registration_region":null,"registration_city":null,"country":null,"region":null,"city":null,"ip":null,"last_account_recovery_at":null,"last_sync_date":null}}';
const NO =
  '{"message":"Token is invalid.","token":"is invalid","success":false,"errors":{"message":"Token is invalid."},"error_code":"60020"}';

const answer: RequestListener = (request, response) => {
  const good = request.url?.startsWith(`/protected/json/verify/${GOOD}/`);
  const body = good ? YES : NO;
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  response.writeHead(good ? 200 : 401, headers);
  response.end(body);
};

export interface FarSide {
  url: string;
  /** How many were opened so far. */
  connections(): number;
  close(): void;
}

/** Listens on loopback; by TLS where it is given what that needs. */
export async function startServer(certified?: { key: string; cert: string }): Promise<FarSide> {
  let connections = 0;
  const server: Server = certified ? createTlsServer(certified, answer) : createServer(answer);
  server.on('connection', () => {
    connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${certified ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

// In a process of its own, so that its time is not in anybody's loop.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.once('message', async (certified: { key: string; cert: string }) => {
    const sides = [await startServer(), await startServer(certified)];
    process.on('message', () => process.send?.(sides.map((side) => side.connections())));
    process.send?.(sides.map(({ url }) => url));
  });
}
