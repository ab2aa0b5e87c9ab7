// An application's own server, to which answers are posted.
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyCallbackSignature } from '@driftlock/api-client';
import { onTestFinished } from 'vitest';
import { AUTHY } from '../served.js';

export interface Received {
  method: string | undefined;
  nonce: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it expects.
  params: any;
  /** Whether Authy's clients would believe it, at an instant. */
  genuine(at: number, change?: { apiKey?: string; params?: unknown }): boolean;
}

/**
 * Answers each callback with the next of these statuses, then 200; `hold` keeps answers back until
 * `letGo`.
 */
export async function receiver(
  statuses: number[] = [],
  { saying = {}, hold = false }: { saying?: OutgoingHttpHeaders; hold?: boolean } = {},
) {
  const received: Received[] = [];
  let letGo = () => {};
  const held = hold ? new Promise<void>((resolve) => (letGo = resolve)) : undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const params = JSON.parse(Buffer.concat(chunks).toString());
    const { method = '' } = request;
    const nonce = String(request.headers['x-authy-signature-nonce']);
    const signature = String(request.headers['x-authy-signature']);
    const signed = { apiKey: AUTHY, signature, nonce, method, url, params };
    received.push({
      method,
      nonce,
      params,
      genuine: (at, change = {}) => verifyCallbackSignature({ ...signed, at, ...change } as never),
    });
    const status = statuses[received.length - 1] ?? 200;
    await held;
    response.writeHead(status, saying).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { received, url, letGo };
}
