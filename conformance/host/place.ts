/** The loopback server a run is against: an Authy and a gateway, servers that misbehave, the page. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway } from '@driftlock/gateway';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { KEYS } from '../suite/authy.js';

/** The package as it is built, its examples with it. */
const BROWSER = fileURLToPath(new URL('../../node_modules/@driftlock/browser/', import.meta.url));
const AXE = fileURLToPath(new URL('../../node_modules/axe-core/', import.meta.url));

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A script that can't be loaded at all says so at once, or it would be waited for. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Driftlock</title>
<script>
  const tell = (what) => fetch('/broken', { method: 'POST', body: String(what) });
  addEventListener('error', (event) => tell(event.message));
  addEventListener('unhandledrejection', (event) => tell(event.reason));
</script>
<script type="module" src="/suite.js" onerror="tell('the bundle can not be loaded')"></script>`;

export interface ServedPlace {
  origin: string;
  /** Resolves with what the runtime reports; rejects where its script breaks. */
  report: Promise<unknown>;
  close(): void;
}

/** `script` is the file of the page's bundle. */
export async function servePlace(script: string): Promise<ServedPlace> {
  const { promise: report, resolve, reject } = deferred<unknown>();
  let strayed = 0;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.mount('/authy', gatewayFetch());
  app.get('/', (c) => c.html(PAGE));
  app.get('/shifted', (c) => c.html(shifted(Number(c.req.query('by'))) + PAGE));
  app.get('/suite.js', () => fileIn(dirname(script), basename(script)));
  app.get('/browser/*', ({ req }) => fileIn(BROWSER, req.path.slice('/browser/'.length)));
  app.get('/axe.js', () => fileIn(AXE, 'axe.min.js'));
  app.post('/report', async (c) => {
    resolve(await c.req.json());
    return c.body(null, 204);
  });
  app.post('/broken', async (c) => {
    reject(new Error(await c.req.text()));
    return c.body(null, 204);
  });
  app.all('/moved/*', (c) => c.redirect('/stray'));
  app.all('/stray', (c) => {
    strayed++;
    return c.json({ token: 'is valid', success: true });
  });
  app.get('/strayed', (c) => c.text(String(strayed)));
  // A port that was free a moment ago: nothing listens there.
  const closed = await unusedOrigin();
  app.get('/closed', (c) => c.text(closed));
  app.all('/silent/*', () => new Promise<Response>(() => {}));
  app.all('/half/*', ({ env: { outgoing } }) => {
    outgoing.writeHead(200, { ...JSON_TYPE, 'Content-Length': 99 });
    outgoing.write('{"token":"is valid","success":true}');
    setTimeout(() => outgoing.destroy(), 20);
    return RESPONSE_ALREADY_SENT;
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, report, close };
}

/** Sets a page's clock wrong by so many milliseconds, before anything else of it is loaded. */
function shifted(by: number): string {
  return `<script>
    const { Date: True } = globalThis;
    globalThis.Date = class Date extends True {
      constructor(...given) {
        super(...(given.length ? given : [True.now() + ${by}]));
      }
      static now() {
        return True.now() + ${by};
      }
    };
  </script>`;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
};

/** What is not there, or is no page and no script, is nobody's to have. */
function fileIn(folder: string, name: string): Response {
  const type = TYPES[extname(name)];
  const path = join(folder, name);
  if (!type || !path.startsWith(folder) || !existsSync(path)) {
    return new Response(null, { status: 404 });
  }
  return new Response(readFileSync(path), { headers: { 'Content-Type': type } });
}

async function unusedOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

/** A gateway that emulates its Authy, asked in process. */
function gatewayFetch() {
  const policy = { mode: 'local-first', liveDeadline: 8000 } as const;
  return createGateway({ mode: 'emulate', keys: KEYS, policy }).fetch;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever waits for it may have given up by then.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
