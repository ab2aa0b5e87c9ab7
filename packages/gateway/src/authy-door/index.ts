/** The Authy-compatible door: Authy's REST API in front of the one verifier and the one ledger. */
import type { Hono } from 'hono';
import { memoryEngine } from '../engines/memory.js';
import type { GatewayOptions } from '../options.js';
import type { Account } from '../stores/stores.js';
import { applicationCalls } from './application.js';
import { deliveryCalls } from './deliver.js';
import { type Answering, type Calls, openDoor } from './door.js';
import type { DoorParts } from './door-parts.js';
import { oneTouchCalls } from './one-touch.js';
import { doorOperatorRoutes } from './operator-routes.js';
import { passedApplicationCalls, passedOneTouchCalls } from './pass-application.js';
import { passedPhoneCalls, passedTokenCalls } from './pass-codes.js';
import { passedAuthenticatorCalls, passedUserCalls } from './pass-users.js';
import { createPeople } from './people.js';
import { phoneCalls } from './phones.js';
import { createPictures, PICTURES } from './pictures.js';
import { createSentCodes } from './sent-codes.js';
import { createTally } from './tally.js';
import { type Callbacks, createTelling } from './telling.js';
import { forgetUser, userCalls } from './users.js';
import { verifyToken } from './verify.js';

export interface AuthyDoor {
  /** Answers /protected, /onetouch and /dashboard, and shows the pictures it hands out. */
  fetch(request: Request, env: unknown): Promise<Response>;
  /** Forgets who was behind an account, and the code that was sent to them. */
  forget(account: Account): Promise<void>;
  /** What the operator sees and does of its users, to stand under /v1. */
  operatorRoutes: Hono;
  /** Absent where no application is called. */
  callbacks: Callbacks | undefined;
}

type Own = 'key' | 'options' | 'engine' | 'tally' | 'people' | 'sent' | 'telling';
type Given = Omit<DoorParts, Own>;

/** The door of a gateway; none in `emulate`, whose emulator is one, nor where there is no key to it. */
export function doorFor(
  { mode, keys, door: options = {} }: GatewayOptions,
  given: Given,
): AuthyDoor | undefined {
  const { authy: key } = keys;
  if (mode === 'emulate' || key === undefined) return undefined;
  const { stores, now } = given;
  const engine = stores.door ?? memoryEngine();
  const url = mode === 'authority' ? options.callback?.url : undefined;
  const door: DoorParts = {
    ...given,
    key,
    options,
    engine,
    tally: createTally(now),
    people: createPeople(engine, given),
    sent: createSentCodes({ engine, ledger: stores.ledger, key }),
    telling: url === undefined ? undefined : createTelling(engine, { url, key, now }),
  };
  const app = openDoor({ key, tally: door.tally, calls: callsOf(door) });
  // A browser shows them, so the name that nobody can guess is their key.
  app.get(`${PICTURES}/:name`, async (c) => {
    const name = c.req.param('name').replace(/\.png$/, '');
    const png = await createPictures(engine).png(name, now());
    return png ? c.body(png, 200, { 'Content-Type': 'image/png' }) : c.body(null, 404);
  });
  return {
    fetch: async (request, env) => app.fetch(request, env as object),
    forget: (account) => forgetUser(door, account),
    operatorRoutes: doorOperatorRoutes(door),
    callbacks: door.telling,
  };
}

/** Codes are judged here in every mode; all else is our own, or Authy's where there is one to ask. */
function callsOf(door: DoorParts): Calls {
  const { mode, options } = door;
  const { authy } = options;
  const verify: Answering = (c) => verifyToken(c, door);
  if (mode === 'authority') {
    return {
      ...userCalls(door),
      ...deliveryCalls(door),
      ...phoneCalls(door),
      ...oneTouchCalls(door),
      ...applicationCalls(door),
      verify,
    };
  }
  // No code of ours could be judged by an authority, but a phone is nobody's user.
  if (!authy) return { ...phoneCalls(door), verify };
  return {
    ...passedUserCalls(door, authy),
    ...passedAuthenticatorCalls(authy),
    ...passedTokenCalls(authy),
    ...passedPhoneCalls(authy),
    ...passedOneTouchCalls(authy, door),
    ...passedApplicationCalls(authy),
    verify,
  };
}
