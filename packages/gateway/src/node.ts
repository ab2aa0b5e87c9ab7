/** The gateway as a Node server; in emulate mode its authority is asked over loopback, as any is. */
import type { HttpBindings } from '@hono/node-server';
import { type Anchoring, startAnchoring } from './audit/anchoring.js';
import type { Anchor } from './audit/audit.js';
import { authorityAt } from './emulated.js';
import { cutSockets, type NodeFetch } from './emulator/faults/cut.js';
import { createGateway, type Gateway } from './gateway.js';
import { type Heartbeat, startHeartbeat } from './heartbeat.js';
import { createInFlight } from './in-flight.js';
import { checkOptions, type GatewayOptions } from './options.js';
import { isProvisional } from './parts.js';
import { addressOf, listen, shut } from './server.js';
import { memoryStores } from './stores/memory-stores.js';
import type { Stores } from './stores/stores.js';

export interface ServeOptions extends GatewayOptions {
  /** In mode `emulate`, a loopback address or a wildcard. @default '127.0.0.1' */
  host?: string;
  /** 0 takes a free one. @default 8626 */
  port?: number;
  /** Told of the end of the audit log, every hour and when the server ends; to be kept elsewhere. */
  onAnchor?: (anchor: Anchor) => void;
}

export interface Serving {
  /** Where it answers: `http://127.0.0.1:8626`. */
  url: string;
  port: number;
  gateway: Gateway;
  /** Takes no more requests, finishes what is under way, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Milliseconds that what is under way may take once the server closes. */
const GRACE = 8000;
/**
 * Milliseconds for the last anchor, and then for the last answers to be read; a connection that asked
 * nothing is cut then too.
 */
const FLUSH = 1000;
/** Milliseconds between two sweeps of what is kept no longer. */
const SWEEP = 60_000;

/**
 * Serves a gateway over HTTP, and sweeps its stores, which stay open when it ends. Rejects where it
 * can't listen, where `createGateway` throws, and where the stores' `check` does.
 *
 * @example
 * const { url, close } = await serveGateway({
 *   mode: 'emulate',
 *   keys: { operator },
 *   policy: { mode: 'local-first' },
 * });
 */
export async function serveGateway({
  host,
  port = 8626,
  onAnchor,
  ...options
}: ServeOptions): Promise<Serving> {
  checkOptions(options);
  const stores = options.stores ?? memoryStores(options.now ? { now: options.now } : {});
  await stores.check();
  let answer: NodeFetch = notNow;
  const server = await listen((request, env) => answer(request, env), {
    host: host || '127.0.0.1',
    port,
  });
  try {
    const address = addressOf(server);
    const { gateway, hearts } = createBeating(address.url, { ...options, stores });
    // What a sweep leaves is swept by the next.
    const sweeping = setInterval(() => void stores.sweep().catch(() => {}), SWEEP).unref();
    const anchoring = anchorWhereKept(gateway, { stores, onAnchor });
    const inFlight = createInFlight();
    const ctx = { waitUntil: inFlight.add };
    const serve: NodeFetch = (request, env) => inFlight.add(gateway.fetch(request, env, ctx));
    answer = cutSockets(serve);
    const end = async (): Promise<void> => {
      // Questions under way are asked of this very server, so its emulator answers to the last.
      answer = cutSockets((...asked) => (isOurs(asked[0]) ? notNow() : serve(...asked)));
      clearInterval(sweeping);
      const done = Promise.all([...hearts.map((heart) => heart.stop()), inFlight.none()]);
      await Promise.race([done, elapsed(GRACE)]);
      // Whatever goes on without it, the log is told of as far as it is written.
      await Promise.race([anchoring?.stop(), elapsed(FLUSH)]);
      await shut(server, { grace: FLUSH });
    };
    let ended: Promise<void> | undefined;
    return {
      ...address,
      gateway,
      close() {
        ended ??= end();
        return ended;
      },
    };
  } catch (error) {
    await shut(server, { grace: 0 });
    throw error;
  }
}

/**
 * A request's `source` where this server's own socket is what the client opened: no proxy before it.
 *
 * @example
 * await serveGateway({ mode: 'authority', keys, policy, source: socketAddress });
 */
export function socketAddress(_: Request, env: unknown): string | undefined {
  return (env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress;
}

/**
 * A gateway whose provisional decisions are taken further, and whose callbacks are sent, for as long as
 * one is open.
 */
function createBeating(
  url: string,
  options: GatewayOptions,
): { gateway: Gateway; hearts: Heartbeat[] } {
  const { mode, keys, onEvent } = options;
  const emulated = mode === 'emulate' ? { authority: authorityAt(keys, { baseUrl: url }) } : {};
  const gateway = createGateway({
    ...emulated,
    ...options,
    onEvent(event) {
      if (event.type === 'decided' && isProvisional(event.decision)) settling.wake();
      onEvent?.(event);
    },
  });
  const { verifier, callbacks } = gateway;
  const settling = startHeartbeat(async (signal) => (await verifier.reconcile({ signal })).open);
  // Apart, because who takes ten seconds to answer would keep codes waiting.
  const telling =
    callbacks && startHeartbeat(async (signal) => (await callbacks.tell({ signal })).owed);
  if (telling) callbacks.watch(telling.wake);
  const hearts = telling ? [settling, telling] : [settling];
  // An earlier process may have left something open.
  for (const heart of hearts) heart.wake();
  return { gateway, hearts };
}

/** A log that forgets is not worth an anchor. */
function anchorWhereKept(
  { audit }: Gateway,
  { stores, onAnchor: tell }: { stores: Stores; onAnchor: ServeOptions['onAnchor'] },
): Anchoring | undefined {
  return stores.events && startAnchoring(audit, tell ? { tell } : {});
}

function isOurs(request: Request): boolean {
  return new URL(request.url).pathname.startsWith('/v1/');
}

function notNow(): Response {
  return new Response(null, { status: 503, headers: { 'Retry-After': '1', Connection: 'close' } });
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
