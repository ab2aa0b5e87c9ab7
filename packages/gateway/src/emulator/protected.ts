/** Authy's REST API under /protected/json. */
import { type Context, type Handler, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import { enrolGeneric } from './enrolment.js';
import { judge } from './judge.js';
import { lostReply } from './lost.js';
import { type Params, readParams } from './params.js';
import { readPerson } from './person.js';
import type { User } from './users.js';
import {
  type Refusal,
  refusal,
  tokenIsValid,
  userCreated,
  userRemoved,
  userStatus,
} from './wire.js';
import { takeLostReply, type World } from './world.js';

interface Env {
  Variables: { params: Params };
}

type Call = Context<Env>;

/** Bytes; far more than any call needs. */
export const BODY_LIMIT: number = 16 * 1024;

const limiting = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => refuse(c, 'too-large') });

const reading = createMiddleware<Env>(async (c, next) => {
  const params = await readParams(c.req.raw);
  if (params === 'not-utf8') return refuse(c, 'not-utf8');
  if (params === 'not-json') return refuse(c, 'bad-request');
  c.set('params', params);
  return next();
});

export function protectedRoutes(world: World, apiKey: string): Hono<Env> {
  const keyed = createMiddleware<Env>(async (c, next) => {
    const given = c.req.header('X-Authy-API-Key') ?? c.get('params').get('api_key') ?? '';
    return (await timingSafeEqual(given, apiKey)) ? next() : refuse(c, 'wrong-key');
  });
  const routes = new Hono<Env>();
  // Guards stand before each call, not before the whole tree: an unknown URL is 404 without a key.
  const on = (method: 'GET' | 'POST', path: string, handler: Handler<Env>) =>
    routes.on(method, path, limiting, reading, keyed, handler);

  on('POST', '/users/new', (c) => createUser(c, world));
  on('GET', '/users/:id/status', (c) => withUser(c, world, (user) => c.json(userStatus(user))));
  on('POST', '/users/:id/secret', (c) =>
    withUser(c, world, (user) => {
      const enrolment = enrolGeneric(world, user, { params: c.get('params'), url: c.req.url });
      return 'refused' in enrolment
        ? refuse(c, 'bad-parameter', enrolment.refused)
        : c.json(enrolment);
    }),
  );
  for (const path of ['/users/:id/delete', '/users/delete/:id', '/users/:id/remove']) {
    on('POST', path, (c) =>
      withUser(c, world, (user) => {
        world.users.remove(user);
        if (user.picture !== undefined) world.pictures.delete(user.picture);
        return c.json(userRemoved());
      }),
    );
  }
  on('GET', '/verify/:token/:id', (c) => {
    const answer = verifyToken(c, world);
    return takeLostReply(world.faults) ? lostReply() : answer;
  });
  return routes;
}

function createUser(c: Call, world: World): Response {
  const reading = readPerson(c.get('params'));
  if ('refused' in reading) return refuse(c, 'bad-user', reading.refused);
  return c.json(userCreated(world.users.enrol(reading.person, world.at())));
}

function withUser(c: Call, world: World, answer: (user: User) => Response): Response {
  const user = world.users.find(c.req.param('id') ?? '');
  return user ? answer(user) : refuse(c, 'no-such-user');
}

/**
 * `force` changes nothing: without it Authy answers 200 to any code of a user who never finished
 * registration, and nothing that is tested against an emulator should lean on that.
 */
function verifyToken(c: Call, world: World): Response {
  const user = world.users.find(c.req.param('id') ?? '');
  if (!user) return refuse(c, 'no-such-user-to-verify');
  if (user.suspended) return refuse(c, 'suspended');
  const code = c.req.param('token') ?? '';
  const judgement = judge(user, code, { at: world.at(), tolerance: world.tolerance });
  if (judgement === 'valid') return c.json(tokenIsValid(user));
  return refuse(c, judgement === 'used' ? 'token-used' : 'token-wrong');
}

export function refuse(c: Context, why: Refusal, fields?: Record<string, string>): Response {
  const { status, body } = refusal(why, fields);
  return c.json(body, status);
}
