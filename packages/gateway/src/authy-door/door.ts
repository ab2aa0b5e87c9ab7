/** What every call of the door goes through before it is answered: size, parameters, key. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import { limitBody } from '../body-limit.js';
import { LARGEST, readTree, type Tree, textAt } from './params.js';
import { refuse } from './refusals.js';
import { type CallName, ROWS } from './rows.js';
import type { Tally } from './tally.js';

export interface DoorEnv {
  Bindings: { incoming?: AsyncIterable<Uint8Array> };
  Variables: { tree: Tree };
}

export type Call = Context<DoorEnv>;
export type Answering = (c: Call) => Response | Promise<Response>;
/** What a mode can answer. */
export type Calls = Partial<Record<CallName, Answering>>;

const limiting = limitBody({ maxSize: LARGEST, onError: (c) => refuse(c, 'too-large') });

const reading = createMiddleware<DoorEnv>(async (c, next) => {
  const tree = await readTree({ request: c.req.raw, incoming: c.env?.incoming });
  if (typeof tree === 'string') return refuse(c, tree);
  c.set('tree', tree);
  return next();
});

/** A call without an answer is refused as its row says. An unknown URL needs no key to be unknown. */
export function openDoor({
  key,
  calls,
  tally,
}: {
  key: string;
  calls: Calls;
  tally: Tally;
}): Hono<DoorEnv> {
  const app = new Hono<DoorEnv>();
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  const keyed = keyedBy(key);
  const counting = createMiddleware<DoorEnv>(async (_, next) => {
    tally.count('api_calls');
    return next();
  });
  for (const { method, path, call, otherwise } of ROWS) {
    const answer: Answering = calls[call] ?? ((c) => refuse(c, otherwise));
    app.on(method, path, limiting, reading, keyed, counting, answer);
  }
  app.notFound((c) => refuse(c, 'no-such-url'));
  app.onError((_, c) => refuse(c, 'failed'));
  return app;
}

function keyedBy(key: string): MiddlewareHandler<DoorEnv> {
  return async (c, next) => {
    const tree = c.get('tree');
    // Calls about webhooks name the application in their own way.
    const name = c.req.path.startsWith('/dashboard/') ? 'app_api_key' : 'api_key';
    const given = c.req.header('X-Authy-API-Key') ?? textAt(tree, name) ?? '';
    return (await timingSafeEqual(given, key)) ? next() : refuse(c, 'wrong-key');
  };
}
