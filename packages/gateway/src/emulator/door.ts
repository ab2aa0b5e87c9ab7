/** What every call of Authy's API goes through: size, parameters, key; and how it is refused. */
import { type Context, Hono } from 'hono';
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

const limiting = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => refuse(c, 'too-large') });

const reading = createMiddleware<Env>(async (c, next) => {
  const params = await readParams(c.req.raw, c.env.incoming);
  if (typeof params !== 'string') c.set('params', params);
  else return refuse(c, params === 'not-json' ? 'bad-request' : params);
  return next();
});

export function openDoor(world: World, apiKey: string): { routes: Hono<Env>; on: Door } {
  const keyed = createMiddleware<Env>(async (c, next) => {
    const given = c.req.header('X-Authy-API-Key') ?? c.get('params').get('api_key') ?? '';
    if (!(await timingSafeEqual(given, apiKey))) return refuse(c, 'wrong-key');
    world.statistics.count('api_calls', world.at());
    removeLeavers(world);
    return next();
  });
  const routes = new Hono<Env>();
  return {
    routes,
    // Guards stand before each call, not before the whole tree: an unknown URL is 404 without a key.
    on: (method, path, answer) => routes.on(method, path, limiting, reading, keyed, answer),
  };
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
