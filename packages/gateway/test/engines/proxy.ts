/** A way to a database that breaks on demand. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  /** The database's URL, by way of this. */
  url: string;
  /** Lets the next request through, and cuts the connection instead of its reply. */
  loseReplies(): void;
  /** Holds back what comes from either side. */
  stall(): void;
  /** Connections that are made from now on are whole; those of before hear nothing more. */
  heal(): void;
  /** The same, and those of before are cut. */
  carryOn(): void;
  close(): Promise<void>;
}

export async function startProxy(target: URL): Promise<Proxy> {
  let mode: 'whole' | 'no reply' | 'stalled' = 'whole';
  let since = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const born = since;
    const isStalled = () => mode === 'stalled' || born < since;
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (!isStalled()) far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (mode === 'no reply') near.destroy();
      else if (!isStalled()) near.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    loseReplies() {
      mode = 'no reply';
    },
    stall() {
      mode = 'stalled';
    },
    heal() {
      mode = 'whole';
      since++;
    },
    carryOn() {
      cut();
      mode = 'whole';
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
