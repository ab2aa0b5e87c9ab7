// A loopback HTTP server that says exactly what a test scripts, byte for byte if it must.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { AuthyError, createAuthyClient } from '../src/index.js';

export interface Heard {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Script = (response: ServerResponse, heard: Heard) => void;

/** Answers each request by the next script, and by the last one ever after. */
export async function serve(...scripts: Script[]): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body };
    heard.push(entry);
    scripts[Math.min(heard.length, scripts.length) - 1]?.(response, entry);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

/** A port at which nobody listens any more. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

export const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export const html = (status: number): Script =>
  reply(status, '<html><body>Bad Gateway</body></html>', { 'content-type': 'text/html' });

export const TOKEN_IS_VALID = { message: 'Token is valid.', token: 'is valid', success: 'true' };

export const failure = (code: string | number): object => ({
  message: 'No.',
  success: false,
  errors: { message: 'No.' },
  error_code: code,
});

export const KEY = 'canaryKey0123456789';
export const TOKEN = '7654321';
export const USER = '209';

type Client = ReturnType<typeof createAuthyClient>;

export const clientOf = (
  baseUrl: string,
  options: Partial<Parameters<typeof createAuthyClient>[0]> = {},
): Client => createAuthyClient({ apiKey: KEY, baseUrl, ...options });

export const verifyAt = (url: string): ReturnType<Client['tokens']['verify']> =>
  clientOf(url).tokens.verify({ user: USER, token: TOKEN });

/** The error a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<Error> {
  const outcome = await call.then(
    (value) => new Error(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('threw something that is no Error');
  return outcome;
}

/** What an AuthyError tells a program: its fields, without message, stack and cause. */
export async function failureOf(call: Promise<unknown>): Promise<object> {
  const error = await errorOf(call);
  if (!(error instanceof AuthyError)) throw error;
  return { ...error };
}
