/** Every path of the gateway, and who may ask. */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { accountRoutes } from './account-routes.js';
import { auditRoutes } from './audit-routes.js';
import { type Asking, authorized } from './authorization.js';
import { limited } from './body.js';
import { horizonRoutes } from './devices/horizon-routes.js';
import { createRates } from './devices/rates.js';
import { deviceRoutes, syncRoutes } from './devices/routes.js';
import type { Caller } from './emulator/index.js';
import { monitoringRoutes } from './monitoring-routes.js';
import { operatorRoutes } from './operator-routes.js';
import type { GatewayOptions } from './options.js';
import type { Parts } from './parts.js';
import { problem } from './problem.js';
import { recoveryRoutes } from './recovery-routes.js';
import { requestLog } from './request-log.js';
import { verifyRoutes } from './verify-routes.js';

interface Env extends Asking {
  Bindings: Caller;
}

const AUTHY_PATHS = ['/protected/*', '/onetouch/*', '/dashboard/*', '/emulator/*'];
const DOOR_PATHS = ['/protected/*', '/onetouch/*', '/dashboard/*', '/authy/*'];
/** What pages of devices may send and read. */
const CORS = {
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
  exposeHeaders: ['Retry-After'],
  maxAge: 600,
};
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

export function buildRoutes(
  parts: Parts,
  { keys, log, devices: given = {} }: Pick<GatewayOptions, 'keys' | 'log' | 'devices'>,
): Hono<Env> {
  const { door, emulator, devices, now } = parts;
  const { perMinute = 120, origins = [] } = given;
  const rates = createRates({ perMinute, now });
  const app = new Hono<Env>();
  if (log) app.use(requestLog(log, now));
  app.route('/', monitoringRoutes(parts, keys));
  app.use('/v1/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  if (origins.length > 0) app.use('/v1/*', cors({ ...CORS, origin: origins }));
  app.get('/v1/time', (c) => c.json({ now: now() }));
  app.use('/v1/*', authorized({ operatorKey: keys.operator, devices, rates }), limited);
  app.route('/v1', verifyRoutes(parts));
  app.route('/v1', syncRoutes(parts));
  app.route('/v1', auditRoutes(parts));
  app.route('/v1/accounts', accountRoutes(parts));
  app.route('/v1/accounts', deviceRoutes(parts));
  app.route('/v1/accounts', horizonRoutes(parts));
  app.route('/v1/accounts', operatorRoutes(parts));
  if (door) app.route('/v1', door.operatorRoutes);
  app.route('/v1/accounts', recoveryRoutes(parts));
  if (emulator) {
    app.on(METHODS, AUTHY_PATHS, (c) => emulator.fetch(c.req.raw, c.env));
  }
  if (door) app.on(METHODS, DOOR_PATHS, (c) => door.fetch(c.req.raw, c.env));
  app.notFound((c) => problem(c, 'no-such-url'));
  app.onError((_, c) => problem(c, 'internal'));
  return app;
}
