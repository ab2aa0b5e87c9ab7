/** The far side of the gateway run: a gateway, a floor and an empty route on one server. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gateway } from '@driftlock/gateway';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { QUIET } from './accounts.js';
import { createReplay, type Statement } from './statements.js';
import { type Opened, openStore, type Where } from './store.js';
import { create, gatewayOver, use } from './subject.js';
import { type Traces, traceVerifications } from './trace.js';

export type Order =
  | { open: Where }
  /** Accounts that are created, from the first number up to the second. */
  | { create: [number, number] }
  /** One use of each account's ledger, as its first login leaves it. */
  | { use: [number, number] }
  /** Time goes on until nobody's attempts count any more. */
  | 'rest'
  | 'cpu'
  | 'memory';

export interface Answers {
  opened: { url: string; traces: Traces };
  /** What time it is then. */
  rested: { at: number };
  /** Microseconds of CPU since the process began. */
  cpu: { cpu: number };
  /** Bytes of memory that the process occupies, after a collection where it may ask for one. */
  memory: { resident: number };
  done: Record<string, never>;
}

export type Answer = Answers[keyof Answers];

/** Promises at once while accounts are made. */
const AT_ONCE = 32;

export interface FarSide {
  url: string;
  traces: Traces;
  create(range: [number, number]): Promise<void>;
  use(range: [number, number]): Promise<void>;
  /** The time that it is then. */
  rest(): number;
  close(): Promise<void>;
}

export async function startFarSide(where: Where): Promise<FarSide> {
  let at = Date.now();
  const now = () => at;
  const opened = await openStore(where);
  const rest = () => {
    at += QUIET;
    return at;
  };
  const traces = await traceVerifications(opened, { now, rest });
  const stores = opened.stores(now);
  const server = await listen(handlerOf(gatewayOver(stores, now), floorOf(opened, traces)));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traces,
    create: (range) => forEach(range, (account) => create(stores, account)),
    use: (range) => forEach(range, (account) => use(stores, account)),
    rest,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await stores.close();
    },
  };
}

async function forEach(
  [first, end]: [number, number],
  work: (account: number) => Promise<void>,
): Promise<void> {
  let next = first;
  const worker = async () => {
    while (next < end) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

type Handler = (request: Request, env: unknown) => Response | Promise<Response>;

/** `/v1` is the gateway's; beside it stands what a verification can't be cheaper than. */
function handlerOf(gateway: Gateway, floor: Hono): Handler {
  const ctx = { waitUntil() {} };
  return (request, env) =>
    request.url.includes('/v1/') ? gateway.fetch(request, env, ctx) : floor.fetch(request);
}

/** The body is parsed and the statements are sent; nothing is decided. */
function floorOf({ engines }: Opened, traces: Traces): Hono {
  const replay = createReplay(engines);
  const floor = new Hono();
  floor.post('/empty', (c) => c.body(null, 204));
  floor.post('/floor/:cell/:account', async (c) => {
    const { code } = (await c.req.json()) as { code: string };
    const statements: Statement[] | undefined = traces[c.req.param('cell') as keyof Traces];
    if (!statements || code.length !== 6) return c.body(null, 400);
    await replay(statements, c.req.param('account'));
    return c.json({ accepted: false, reason: 'floor' });
  });
  return floor;
}

/** As `serveGateway` listens. */
async function listen(fetch: Handler): Promise<Server> {
  const server = createAdaptorServer({ fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function cpu(): Answers['cpu'] {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system };
}

function memory(): Answers['memory'] {
  globalThis.gc?.();
  return { resident: process.memoryUsage.rss() };
}

/** What an open side does when told. */
export async function obey(
  side: FarSide,
  order: Exclude<Order, { open: unknown }>,
): Promise<Answer> {
  if (order === 'cpu') return cpu();
  if (order === 'memory') return memory();
  if (order === 'rest') return { at: side.rest() };
  await ('create' in order ? side.create(order.create) : side.use(order.use));
  return {};
}
