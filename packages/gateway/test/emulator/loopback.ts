// An emulator behind a real socket, with a clock the test holds.
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { serve } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import { cutSockets, type NodeFetch } from '../../src/emulator/faults/cut.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js';

export const API_KEY = 'key-of-the-application';
export const OPERATOR_KEY = 'key-of-the-operator';

/** RFC 6238 appendix B, SHA1. */
export const RFC_SEED: Uint8Array = new TextEncoder().encode('12345678901234567890');

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Loopback {
  emulator: Emulator;
  clock: { now: number };
  origin: string;
  port: number;
  /** Sends the path as it is written, which `fetch` does not; with the application's key. */
  authy(path: string, sent?: Sent): Promise<Answer>;
  operator(path: string, sent?: Sent): Promise<Answer>;
  /** The bytes that come back until the server ends the connection. */
  raw(path: string): Promise<number>;
}

export async function serveFetch(fetch: NodeFetch): Promise<number> {
  const server = serve({ fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export async function serveEmulator(
  options: Partial<EmulatorOptions> & { wrap?: (fetch: NodeFetch) => NodeFetch } = {},
): Promise<Loopback> {
  const clock = { now: 1_111_111_109_000 };
  const { wrap = (fetch) => fetch, ...rest } = options;
  const emulator = createEmulator({
    apiKey: API_KEY,
    operatorKey: OPERATOR_KEY,
    now: () => clock.now,
    ...rest,
  });
  const port = await serveFetch(cutSockets(wrap(emulator.fetch)));
  const withHeader =
    (name: string, value: string) =>
    (path: string, sent: Sent = {}) =>
      send(port, path, { ...sent, headers: { [name]: value, ...sent.headers } });
  return {
    emulator,
    clock,
    origin: `http://127.0.0.1:${port}`,
    port,
    authy: withHeader('X-Authy-API-Key', API_KEY),
    operator: withHeader('Authorization', `Bearer ${OPERATOR_KEY}`),
    raw: (path) => countBytes(port, path),
  };
}

export function send(port: number, path: string, sent: Sent = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = sent;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    // The body of a GET has a length only where it is told.
    if (body !== undefined && !headers['Transfer-Encoding']) {
      request.setHeader('Content-Length', Buffer.byteLength(body));
    }
    request.end(body);
  });
}

async function countBytes(port: number, path: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let count = 0;
  socket.on('data', (chunk) => {
    count += chunk.length;
  });
  socket.on('error', () => undefined);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Authy-API-Key: ${API_KEY}\r\n\r\n`,
  );
  await once(socket, 'close');
  return count;
}

/** What the emulator would have sent, as its operator reads it. */
export async function messagesOf({ operator }: Loopback): Promise<Record<string, unknown>[]> {
  return JSON.parse((await operator('/emulator/messages')).text).messages;
}

/** A refusal in Authy's shape, byte for byte. */
export function refused(
  status: number,
  {
    message,
    code,
    fields = {},
  }: { message: string; code: string; fields?: Record<string, string> },
): [number, string] {
  const errors = { message, ...fields };
  const body = { message, ...fields, success: false, errors, error_code: code };
  return [status, JSON.stringify(body)];
}

export function json(value: unknown, method = 'POST'): Sent {
  return {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  };
}

export function form(value: Record<string, string>): Sent {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(value).toString(),
  };
}
