// A libSQL server for tests: as much of its protocol (Hrana 2, JSON over HTTP) as the client speaks, over a file.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Client, createClient, type InValue, type ResultSet } from '@libsql/client';

interface Statement {
  sql?: string;
  sql_id?: number;
  args?: { type: string; value?: string | number }[];
}

type Asked =
  | { type: 'execute'; stmt: Statement }
  | { type: 'batch'; batch: { steps: { stmt: Statement }[] } }
  | { type: 'store_sql'; sql_id: number; sql: string }
  | { type: 'close' | 'close_sql' };

export interface LibsqlServer {
  url: string;
  /** The Authorization header of the last request. */
  seen: { authorization?: string | undefined };
  /** From now on nobody is answered. */
  hush(): void;
  close(): Promise<void>;
}

export async function serveLibsql(url: string): Promise<LibsqlServer> {
  const client = createClient({ url, concurrency: 1 });
  const seen: LibsqlServer['seen'] = {};
  let hushed = false;
  const server = createServer(async (request, response) => {
    seen.authorization = request.headers.authorization;
    if (hushed) return;
    if (request.method === 'GET') answer(response, request.url === '/v2' ? 200 : 404, {});
    else answer(response, 200, await pipeline(client, await bodyOf(request)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    hush() {
      hushed = true;
    },
    async close() {
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<{ requests: Asked[] }> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function pipeline(client: Client, { requests }: { requests: Asked[] }): Promise<unknown> {
  const stored = new Map<number, string>();
  const results: unknown[] = [];
  for (const request of requests) {
    try {
      results.push({ type: 'ok', response: await carryOut(client, { request, stored }) });
    } catch (error) {
      results.push({ type: 'error', error: errorOf(error) });
    }
  }
  return { baton: null, base_url: null, results };
}

async function carryOut(
  client: Client,
  { request, stored }: { request: Asked; stored: Map<number, string> },
): Promise<unknown> {
  const read = ({ sql, sql_id = 0, args = [] }: Statement) => ({
    sql: sql ?? stored.get(sql_id) ?? '',
    args: args.map(({ type, value }) => (type === 'null' ? null : value) as InValue),
  });
  if (request.type === 'execute') {
    return { type: 'execute', result: resultOf(await client.execute(read(request.stmt))) };
  }
  if (request.type === 'batch') {
    const statements = request.batch.steps.map(({ stmt }) => read(stmt));
    return { type: 'batch', result: await batch(client, statements) };
  }
  if (request.type === 'store_sql') stored.set(request.sql_id, request.sql);
  return { type: request.type };
}

/** BEGIN, the statements, COMMIT, and a ROLLBACK that is for the worst: as the client sends them. */
async function batch(client: Client, steps: unknown[]): Promise<unknown> {
  const none = steps.map(() => null);
  const empty = { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null };
  try {
    const inner = await client.batch(steps.slice(1, -2) as never, 'write');
    return { step_results: [empty, ...inner.map(resultOf), empty, null], step_errors: none };
  } catch (error) {
    return {
      step_results: [empty, ...none.slice(1)],
      step_errors: none.with(1, errorOf(error) as never),
    };
  }
}

function resultOf({ columns, rows, rowsAffected }: ResultSet): unknown {
  const wire = (value: unknown) => {
    if (value === null) return { type: 'null' };
    if (typeof value === 'number') return { type: 'integer', value: String(value) };
    return { type: 'text', value };
  };
  return {
    cols: columns.map((name) => ({ name })),
    rows: rows.map((row) => columns.map((_, i) => wire(row[i]))),
    affected_row_count: rowsAffected,
    last_insert_rowid: null,
  };
}

function errorOf(error: unknown): { message: string; code: string } {
  const { message, code = 'ERROR' } = error as { message: string; code?: string };
  return { message, code };
}
