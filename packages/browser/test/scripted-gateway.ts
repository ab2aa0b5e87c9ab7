// A gateway on loopback that says what it is told to, and remembers what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  key: string | string[] | undefined;
  body: string;
}

export type Answer = (response: ServerResponse, asked: Asked) => void;

export interface ScriptedGateway extends AsyncDisposable {
  baseUrl: string;
  asked: Asked[];
  answer: Answer;
}

export async function startGateway(answer: Answer): Promise<ScriptedGateway> {
  const server = createServer(async (request, response) => {
    const asked = await askedBy(request);
    gateway.asked.push(asked);
    gateway.answer(response, asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: ScriptedGateway = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  const { method, url, headers } = request;
  const body = await text(request);
  return {
    method,
    url,
    authorization: headers.authorization,
    key: headers['idempotency-key'],
    body,
  };
}

export function says(
  status: number,
  body: unknown,
  { type = 'application/json', ...headers }: Record<string, string> = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
