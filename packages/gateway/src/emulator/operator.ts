/** What only the operator may do: read a user's seeds, suspend, set the clock, break things. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { accountOf, uriOf } from './enrolment.js';
import { BODY_LIMIT } from './protected.js';
import type { World } from './world.js';

/** The part of `@hono/node-server`'s bindings that tells who is calling. */
export interface Caller {
  incoming?: { socket?: { remoteAddress?: string | undefined } };
}

interface Env {
  Bindings: Caller;
}

/** Seconds; a hundred years. */
const FARTHEST = 3_155_760_000;

const ClockBody = v.strictObject({
  offset: v.pipe(v.number(), v.minValue(-FARTHEST), v.maxValue(FARTHEST)),
});
const UserBody = v.strictObject({ suspended: v.boolean() });
const FaultsBody = v.strictObject({
  down: v.optional(v.boolean(), false),
  lostReply: v.optional(
    v.union([v.boolean(), v.pipe(v.number(), v.safeInteger(), v.minValue(0))]),
    false,
  ),
});

const limiting = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: (c) => problem(c, { status: 413, code: 'too-large', title: 'Content Too Large' }),
});

const local = createMiddleware<Env>(async (c, next) => {
  const address = c.env?.incoming?.socket?.remoteAddress;
  if (address === undefined || /^(?:::1|(?:::ffff:)?127(?:\.\d+){3})$/.test(address)) return next();
  return problem(c, { status: 403, code: 'not-local', title: 'Forbidden' });
});

export function operatorRoutes(world: World, operatorKey: string): Hono<Env> {
  const keyed = createMiddleware<Env>(async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
    if (await timingSafeEqual(given, operatorKey)) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return problem(c, { status: 401, code: 'unauthorized', title: 'Unauthorized' });
  });
  const routes = new Hono<Env>();
  routes.use(local, keyed, limiting);

  routes.get('/users/:id', (c) => {
    const user = world.users.find(c.req.param('id'));
    if (!user) return noSuchUser(c);
    const { app, generic } = user;
    return c.json({
      app: { uri: uriOf(world, app, accountOf(user)) },
      ...(generic && { generic: { uri: uriOf(world, generic, accountOf(user)) } }),
    });
  });
  routes.put('/users/:id', async (c) => {
    const user = world.users.find(c.req.param('id'));
    if (!user) return noSuchUser(c);
    const body = await read(c, UserBody);
    if (body instanceof Response) return body;
    user.suspended = body.suspended;
    return c.json(body);
  });
  routes.put('/clock', async (c) => {
    const body = await read(c, ClockBody);
    if (body instanceof Response) return body;
    world.offset = body.offset;
    return c.json(body);
  });
  routes.put('/faults', async (c) => {
    const body = await read(c, FaultsBody);
    if (body instanceof Response) return body;
    world.faults = body;
    return c.json(body);
  });
  routes.all('*', (c) => problem(c, { status: 404, code: 'no-such-url', title: 'Not Found' }));
  return routes;
}

/** The body, or the answer that names the field that is wrong with it. */
async function read<const Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema> | Response> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    return problem(c, { status: 400, code: 'not-json', title: 'Bad Request' });
  }
  // A list counts as an object to the schema, and an empty one would say what {} says.
  const { success, output, issues } = v.safeParse(schema, Array.isArray(value) ? null : value);
  if (success) return output;
  const field = v.getDotPath(issues[0]) ?? undefined;
  return problem(c, { status: 422, code: 'bad-field', title: 'Unprocessable Content', field });
}

function noSuchUser(c: Context): Response {
  return problem(c, { status: 404, code: 'no-such-user', title: 'Not Found' });
}

/** RFC 9457; `detail` says nothing of what was sent but the name of the field. */
function problem(
  c: Context,
  what: { status: ContentfulStatusCode; code: string; title: string; field?: string | undefined },
): Response {
  c.header('Content-Type', 'application/problem+json');
  const { status, title, code, field } = what;
  const detail = field === undefined ? {} : { detail: `${field} is missing or wrong`, field };
  return c.body(JSON.stringify({ type: 'about:blank', title, status, code, ...detail }), status);
}
