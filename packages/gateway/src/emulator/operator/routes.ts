/** What only the operator may do, from this machine: set the clock, break things, read messages. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import * as v from 'valibot';
import { SettingsBody } from '../application/application.js';
import type { Caller } from '../caller.js';
import { createFaults } from '../faults/faults.js';
import { FaultsBody } from '../faults/settings.js';
import { BODY_LIMIT } from '../params.js';
import type { World } from '../world.js';
import { operatorApprovals } from './approvals.js';
import { notFound, problem, readBody } from './problem.js';
import { operatorUsers } from './users.js';

interface Env {
  Bindings: Caller;
}

/** Seconds; a hundred years. */
const FARTHEST = 3_155_760_000;

const ClockBody = v.strictObject({
  offset: v.pipe(v.number(), v.minValue(-FARTHEST), v.maxValue(FARTHEST)),
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

export function operatorRoutes(
  world: World,
  { apiKey, operatorKey }: { apiKey: string; operatorKey: string },
): Hono<Env> {
  const keyed = createMiddleware<Env>(async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
    if (await timingSafeEqual(given, operatorKey)) return next();
    c.header('WWW-Authenticate', 'Bearer');
    return problem(c, { status: 401, code: 'unauthorized', title: 'Unauthorized' });
  });
  const routes = new Hono<Env>();
  routes.use(local, keyed, limiting);
  routes.route('/users', operatorUsers(world));
  routes.route('/approval_requests', operatorApprovals(world, apiKey));

  routes.put('/clock', async (c) => {
    const body = await readBody(c, ClockBody);
    if (body instanceof Response) return body;
    world.offset = body.offset;
    return c.json(body);
  });
  routes.put('/faults', async (c) => {
    const body = await readBody(c, FaultsBody);
    if (body instanceof Response) return body;
    world.faults = createFaults(body);
    return c.json(body);
  });
  routes.put('/application', async (c) => {
    const body = await readBody(c, SettingsBody);
    if (body instanceof Response) return body;
    const { name, serial, id } = world.application;
    world.application = { name, serial, id, ...body };
    return c.json(body);
  });
  routes.get('/webhooks', (c) => {
    return c.json({ ...world.webhookKeys, webhooks: [...world.webhooks.values()] });
  });
  routes.get('/messages', (c) => c.json({ messages: world.messages.all() }));
  routes.all('*', (c) => notFound(c, 'no-such-url'));
  return routes;
}
