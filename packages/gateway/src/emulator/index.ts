/** An Authy to test against: its own users, used codes, clock and faults, shared with nothing. */
import type { TotpParams } from '@driftlock/totp-core';
import { Hono } from 'hono';
import { applicationRoutes } from './application/routes.js';
import type { Caller } from './caller.js';
import { keyedBy, openDoors, refuse } from './door.js';
import { oneTouchRoutes } from './onetouch/routes.js';
import { operatorRoutes } from './operator/routes.js';
import { phoneRoutes } from './phones/routes.js';
import type { Tolerance } from './tokens/judge.js';
import { tokenRoutes } from './tokens/routes.js';
import { deviceRoutes } from './users/devices.js';
import { drawPng } from './users/qr.js';
import { userRoutes } from './users/routes.js';
import { holdToken } from './users/seeds.js';
import { webhookRoutes } from './webhooks/routes.js';
import { createWorld, type World } from './world.js';

export { type Breakage, breakageOf } from './faults/broken.js';
export type { Caller, Tolerance };

export interface EmulatorOptions {
  /** Opens /protected/json and /onetouch/json, and is part of what opens /dashboard/json. */
  apiKey: string;
  /** Opens /emulator. */
  operatorKey: string;
  /** Unix milliseconds; the emulator's own clock is this plus its offset. @default Date.now */
  now?: () => number;
  /** Seconds around the emulator's clock in which a code is accepted. @default { backward: 60, forward: 30 } */
  tolerance?: Tolerance;
  /** The issuer phones show. @default 'Authy emulator' */
  appName?: string;
}

export interface AddUser {
  secret: Uint8Array;
  /** @default six digits, 30 s, SHA1 */
  params?: TotpParams;
  email?: string;
  /** Without the country code. */
  phone?: string;
  /** @default '1' */
  countryCode?: string;
  /** The user to give the seed to, created where there is none. @default a new user */
  authyId?: string;
}

export interface Emulator {
  /**
   * Answers /protected, /onetouch and /dashboard (Authy's API) and /emulator (the operator's, from
   * loopback only where `caller`, the bindings of `@hono/node-server`, tells an address). A reply
   * that breaks on its way is a response whose body fails: see {@link breakageOf}.
   */
  fetch(request: Request, caller?: Caller): Promise<Response>;
  /** Gives a user a seed as a further token of theirs; throws a TypeError for a malformed `authyId`. */
  addUser(user: AddUser): { authyId: string };
  /** Seconds the emulator's clock runs ahead of `now`. */
  offset(): number;
}

/**
 * Makes an Authy with no users in it, all of it in memory.
 *
 * @example
 * const emulator = createEmulator({ apiKey, operatorKey });
 * serve({ fetch: cutSockets(emulator.fetch), hostname: '127.0.0.1', port: 0 });
 */
export function createEmulator(options: EmulatorOptions): Emulator {
  const world = createWorld(options);
  const app = buildApp(world, options);
  return {
    fetch: async (request, caller = {}) => app.fetch(request, caller),
    addUser({ secret, params = {}, email, phone, countryCode, authyId }) {
      if (authyId !== undefined && !/^[1-9][0-9]{0,14}$/.test(authyId)) {
        throw new TypeError('authyId: expected the digits of an Authy id');
      }
      const token = holdToken(secret, params);
      const id = authyId === undefined ? undefined : Number(authyId);
      const cellphone = phone?.replace(/[^0-9]/g, '');
      const user = world.users.enrol({ id, email, cellphone, countryCode }, world.at());
      user.others.push(token);
      return { authyId: String(user.id) };
    },
    offset: () => world.offset,
  };
}

function buildApp(world: World, { apiKey, operatorKey }: EmulatorOptions) {
  for (const [name, key] of Object.entries({ apiKey, operatorKey })) {
    if (typeof key !== 'string' || key === '') throw new TypeError(`${name}: expected a key`);
  }
  const app = new Hono<{ Bindings: Caller }>();
  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    if (c.req.path.startsWith('/emulator/')) return next();
    const instead = world.faults.before();
    if (instead) return instead;
    await next();
    c.res = await world.faults.after(c.res, c.req.raw.signal);
    return undefined;
  });
  // A browser shows this picture, so its unguessable name is its only key.
  app.get('/emulator/qr/:name{[0-9a-f-]+\\.png}', (c) => {
    const picture = world.pictures.get(c.req.param('name').slice(0, -'.png'.length));
    if (!picture) return c.body(null, 404);
    return c.body(drawPng(picture), 200, { 'Content-Type': 'image/png' });
  });
  app.route('/emulator', operatorRoutes(world, { apiKey, operatorKey }));
  const { routes, guarded } = openDoors(world);
  const on = guarded(keyedBy(apiKey));
  const calls = [
    userRoutes,
    deviceRoutes,
    tokenRoutes,
    phoneRoutes,
    oneTouchRoutes,
    applicationRoutes,
  ];
  for (const add of calls) add(on, world);
  webhookRoutes(guarded, world, apiKey);
  app.route('/', routes);
  app.notFound((c) => refuse(c, 'no-such-url'));
  app.onError((_, c) => refuse(c, 'internal'));
  return app;
}
