import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { certificateFor } from './certificate.js';
import { clientOf, failureOf, KEY, TOKEN_IS_VALID, USER, verifyAt } from './scripted-server.js';

const DOWN = { name: 'AuthyError', code: 'ERR_AUTHY_DOWN', kind: 'down', retriable: true };
const HOUR = 3_600_000;

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that says yes by TLS, and what it read; this process trusts the certificate if asked. */
async function serveByTls({
  host,
  until,
  trusted,
}: {
  host: string;
  until?: number;
  trusted: boolean;
}) {
  const certified = certificateFor(host, until);
  if (trusted) trust(certified.cert);
  const seen = { text: '', connections: 0 };
  const server = tls.createServer(certified, (socket) => {
    seen.connections++;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      seen.text += bytes;
      const body = JSON.stringify(TOKEN_IS_VALID);
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
      socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
    });
  });
  return { url: `https://127.0.0.1:${await portOf(server)}`, seen };
}

/** As NODE_EXTRA_CA_CERTS does, which is read only as a process starts. */
function trust(ca: string): void {
  const create = tls.createSecureContext;
  const spy = vi
    .spyOn(tls, 'createSecureContext')
    .mockImplementation((options) => create({ ca, ...options }));
  onTestFinished(() => spy.mockRestore());
}

describe('by TLS, a call', () => {
  test('is answered where the certificate is trusted, in date and for this host', async () => {
    const { url, seen } = await serveByTls({ host: '127.0.0.1', trusted: true });
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
    expect(seen.text).toContain(`X-Authy-API-Key: ${KEY}`);
  });

  test.each([
    ['nobody trusts', { host: '127.0.0.1', trusted: false }],
    ['is for another host', { host: 'authy.example', trusted: true }],
    ['is out of date', { host: '127.0.0.1', trusted: true, until: Date.now() - HOUR }],
  ])('is down, and its key unsent, where the certificate %s', async (_, options) => {
    const { url, seen } = await serveByTls(options);
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual(DOWN);
    const status = clientOf(url, { retry: 1 }).users.status({ user: USER });
    await expect(failureOf(status)).resolves.toStrictEqual(DOWN);
    expect(seen.text).toBe('');
  });

  test('is down, and its key unsent, where plain text comes in place of TLS', async () => {
    let heard = '';
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      });
    });
    const call = verifyAt(`https://127.0.0.1:${await portOf(server)}`);
    await expect(failureOf(call)).resolves.toStrictEqual(DOWN);
    expect(heard).not.toBe('');
    expect(heard).not.toContain(KEY);
  });
});
