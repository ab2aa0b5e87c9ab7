/** The online side as one fetch handler: its own REST API and, in emulate mode, an Authy's. */
import { type Authority, authyAuthority, createAuthyClient } from '@driftlock/api-client';
import {
  type Credential,
  createVerifier,
  keyCredential,
  type Policy,
  type Verifier,
  type VerifierEvent,
} from '@driftlock/verifier';
import { createEmulator, type Emulator } from './emulator/index.js';
import { createInFlight } from './in-flight.js';
import { memoryStores } from './memory-stores.js';
import type { Parts } from './parts.js';
import { buildRoutes } from './routes.js';
import type { Stores } from './stores.js';

export interface GatewayOptions {
  /**
   * `emulate`: an Authy of our own has the last word. `proxy`: the given authority has.
   * `authority`: the held seeds have.
   */
  mode: 'emulate' | 'proxy' | 'authority';
  /** `operator` opens /v1 and /emulator. `authy` opens the emulator. @default authy: the operator's */
  keys: { operator: string; authy?: string };
  policy: Policy;
  /** @default memoryStores() */
  stores?: Stores;
  /** Needed in `proxy`, none in `authority`. @default in `emulate`, the emulator, in process */
  authority?: Authority;
  /** Only in `emulate`. @default createEmulator() with these keys and this clock */
  emulator?: Emulator;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /**
   * Ends what a provisional decision began; called at least once for each that is contradicted.
   * @default nothing: whoever signed somebody in watches GET /v1/decisions/{id}
   */
  onRevoke?: (revoked: { id: string; account: string }) => void | Promise<void>;
  onEvent?: (event: VerifierEvent) => void;
}

export interface Gateway {
  /** Always answers; what can't be served is a problem document. `ctx` keeps background work alive. */
  fetch(
    request: Request,
    env?: unknown,
    ctx?: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response>;
  /** The one verifier behind every door. */
  readonly verifier: Verifier;
}

/**
 * Makes a gateway. Throws a TypeError for options that don't fit its mode, and the verifier's
 * `ERR_POLICY` for a policy that can't be carried out.
 *
 * @example
 * const gateway = createGateway({
 *   mode: 'authority',
 *   keys: { operator },
 *   policy: { mode: 'authority-first' },
 * });
 * export default { fetch: gateway.fetch };
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { mode, policy, now = Date.now, onRevoke = () => {}, onEvent } = options;
  checkOptions(options);
  const stores = options.stores ?? memoryStores({ now });
  const { accounts, ledger, outbox } = stores;
  const emulator = mode === 'emulate' ? (options.emulator ?? emulatorFor(options)) : undefined;
  const authority =
    options.authority ??
    (emulator &&
      authorityAt(options.keys, { baseUrl: 'http://localhost', fetch: within(emulator) }));
  const background = createInFlight();
  const verifier = createVerifier({
    credentials: (account) => credentialsOf(stores, account),
    user: async (account) => (await accounts.find(account))?.authyId,
    ledger,
    outbox,
    policy,
    now,
    defer: background.add,
    onRevoke,
    onEvent(event) {
      const lesson = remember(stores, event);
      if (lesson) background.add(lesson);
      onEvent?.(event);
    },
    ...(authority ? { authority } : {}),
  });
  const parts: Parts = { mode, stores, verifier, authority, emulator, policy, now };
  const routes = buildRoutes(parts, options.keys.operator);
  return {
    verifier,
    async fetch(request, env, ctx) {
      const response = await routes.fetch(request, env as object);
      // A request's own background work is among it; another's is only waited for twice.
      if (background.size > 0) ctx?.waitUntil(background.settled());
      return response;
    },
  };
}

function checkOptions({ mode, keys, authority, emulator }: GatewayOptions): void {
  if (!['emulate', 'proxy', 'authority'].includes(mode)) {
    throw new TypeError('mode must be emulate, proxy or authority');
  }
  for (const [name, key] of Object.entries({ authy: keys?.operator, ...keys })) {
    if (typeof key !== 'string' || key === '') throw new TypeError(`keys.${name} must be a key`);
  }
  if (mode === 'proxy' && !authority) throw new TypeError('mode proxy needs an authority');
  if (mode === 'authority' && authority) throw new TypeError('mode authority takes no authority');
  if (mode !== 'emulate' && emulator) throw new TypeError('only mode emulate takes an emulator');
}

function emulatorFor({ keys, now }: GatewayOptions): Emulator {
  const { operator, authy = operator } = keys;
  return createEmulator({ apiKey: authy, operatorKey: operator, ...(now ? { now } : {}) });
}

/** The emulator as an authority, asked over HTTP as any Authy is. */
export function authorityAt(
  { operator, authy = operator }: GatewayOptions['keys'],
  where: { baseUrl: string; fetch?: typeof fetch },
): Authority {
  // Who asks about standings asks again by itself.
  return authyAuthority(createAuthyClient({ apiKey: authy, retry: 0, ...where }));
}

function within(emulator: Emulator): typeof fetch {
  return (input, init) => emulator.fetch(new Request(input, init));
}

async function credentialsOf({ accounts, drift }: Stores, account: string): Promise<Credential[]> {
  const found = await accounts.find(account);
  if (!found) return [];
  const learned = await drift.of(account);
  return found.held.map(({ credential: id, key }) => {
    const estimate = learned.get(id);
    return keyCredential({ id, key, ...(estimate ? { estimate } : {}) });
  });
}

/** What an event leaves in the stores; a settlement that is lost here is still in the outbox. */
function remember({ decisions, drift }: Stores, event: VerifierEvent): Promise<void> | undefined {
  const { account, at } = event;
  if (event.type === 'observed') {
    const { credential, estimate } = event;
    return drift.learn({ account, credential, estimate });
  }
  if (event.type === 'settled') {
    const { id, settlement } = event;
    return decisions.settle(id, { settlement, at });
  }
  return undefined;
}
