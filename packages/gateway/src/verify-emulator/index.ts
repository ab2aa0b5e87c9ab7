/** A Twilio Verify v2 to test against, for TOTP: its own services, factors and clock, shared with nothing. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { timingSafeEqual } from 'hono/utils/buffer';
import { refusal } from './refusals.js';
import { challengeRoutes, entityRoutes, factorRoutes, serviceRoutes } from './routes.js';
import { makeService } from './services.js';
import type { World } from './world.js';

export interface VerifyEmulatorOptions {
  accountSid: string;
  /** Opens it with the account's sid; `apiKey` with `apiSecret` does too where they are given. */
  authToken: string;
  apiKey?: string;
  apiSecret?: string;
  /** A service that is there from the beginning. @default none */
  serviceSid?: string;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
}

export interface VerifyEmulator {
  /** Answers /v2/Services and what is under it. */
  fetch(request: Request): Promise<Response>;
}

/**
 * Makes a Verify with nobody in it, all of it in memory.
 *
 * As Twilio's pages tell it: a wrong code is no error, five of them lock a factor or a challenge, and
 * of codes that were used nothing is said, so they are taken again.
 *
 * @example
 * const { fetch } = createVerifyEmulator({ accountSid, authToken, serviceSid });
 * serve({ fetch, hostname: '127.0.0.1', port: 0 });
 */
export function createVerifyEmulator(options: VerifyEmulatorOptions): VerifyEmulator {
  const { accountSid, serviceSid, now = Date.now } = options;
  const world: World = { accountSid, now, services: new Map() };
  const first = new URLSearchParams({ FriendlyName: 'Verify emulator' });
  if (serviceSid !== undefined) makeService(world, first, serviceSid);
  const app = new Hono();
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: () => refusal('request').getResponse() }));
  app.use(async (c, next) => {
    if (!(await isKnown(c.req.header('Authorization') ?? '', options)))
      throw refusal('credentials');
    await next();
    c.header('Cache-Control', 'no-store');
  });
  serviceRoutes(app, world);
  entityRoutes(app, world);
  factorRoutes(app, world);
  challengeRoutes(app, world);
  app.notFound(() => refusal('unknown').getResponse());
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return { fetch: async (request) => app.fetch(request) };
}

async function isKnown(shown: string, options: VerifyEmulatorOptions): Promise<boolean> {
  const { accountSid, authToken, apiKey, apiSecret } = options;
  const pairs = [[accountSid, authToken], ...(apiKey && apiSecret ? [[apiKey, apiSecret]] : [])];
  const known = pairs.map(([name, secret]) =>
    timingSafeEqual(shown, `Basic ${btoa(`${name}:${secret}`)}`),
  );
  return (await Promise.all(known)).includes(true);
}
