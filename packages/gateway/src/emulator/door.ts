/** What every call of Authy's API goes through: size, parameters, key; and how it is refused. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Caller } from './caller.js';
import { BODY_LIMIT, type Params, readParams } from './params.js';
import { type Refusal, refusal } from './refusals.js';
import type { User } from './users/users.js';
import { removeLeavers, type World } from './world.js';

export interface Env {
  Bindings: Caller;
  Variables: { params: Params };
}

export type Call = Context<Env>;

/** Adds one call to the API. */
export type Door = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  answer: (c: Call) => Response | Promise<Response>,
) => void;

/** A door of which every call is let in by this guard. */
export type Guarded = (guard: MiddlewareHandler<Env>) => Door;

const limiting = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => refuse(c, 'too-large') });

const reading = createMiddleware<Env>(async (c, next) => {
  const params = await readParams(c.req.raw, c.env.incoming);
  if (typeof params !== 'string') c.set('params', params);
  else return refuse(c, params === 'not-json' ? 'bad-request' : params);
  return next();
});

export function openDoors(world: World): { routes: Hono<Env>; guarded: Guarded } {
  const routes = new Hono<Env>();
  const counting = createMiddleware<Env>(async (_, next) => {
    world.statistics.count('api_calls', world.at());
    removeLeavers(world);
    return next();
  });
  return {
    routes,
    // Guards stand before each call, not before the whole tree: an unknown URL is 404 without a key.
    guarded: (guard) => (method, path, answer) =>
      routes.on(method, path, limiting, reading, guard, counting, answer),
  };
}

/** Lets in who shows the application's key. */
export function keyedBy(apiKey: string): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const given = c.req.header('X-Authy-API-Key') ?? c.get('params').get('api_key') ?? '';
    return (await timingSafeEqual(given, apiKey)) ? next() : refuse(c, 'wrong-key');
  });
}

/** Answers for the user in the path, or says that there is none. */
export function withUser(
  c: Call,
  world: World,
  answer: (user: User) => Response,
  unknown: Refusal = 'no-such-user',
): Response {
  const user = world.users.find(c.req.param('id') ?? '');
  if (!user) return refuse(c, unknown);
  return user.leavesAt === undefined ? answer(user) : refuse(c, 'leaving');
}

export function refuse(c: Context, why: Refusal, fields?: Record<string, string>): Response {
  const { status, body } = refusal(why, fields);
  return c.json(body, status);
}
