/** The online side as one fetch handler: its own REST API and, in emulate mode, an Authy's. */
import {
  type Credential,
  createVerifier,
  keyCredential,
  type Verifier,
  type VerifierEvent,
} from '@driftlock/verifier';
import { type Breaker, createBreaker } from './breaker.js';
import { authorityWithin, emulatorFor } from './emulated.js';
import { createInFlight } from './in-flight.js';
import { checkOptions, type GatewayOptions } from './options.js';
import { createRepeats } from './repeats.js';
import { buildRoutes } from './routes.js';
import { memoryStores } from './stores/memory-stores.js';
import type { Stores } from './stores/stores.js';

export interface Gateway {
  /** Always answers; what can't be served is a problem document. `ctx` keeps background work alive. */
  fetch(
    request: Request,
    env?: unknown,
    ctx?: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response>;
  /** The one verifier behind every door. Call its `reconcile` now and then while decisions are open. */
  readonly verifier: Verifier;
  /** Whether the authority is being left alone; none but in `proxy`. */
  readonly breaker?: Breaker;
}

/**
 * Makes a gateway. Throws a TypeError for options that don't fit their mode, and the verifier's
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
  checkOptions(options);
  const { mode, keys, policy, onRevoke = () => {}, onEvent, source } = options;
  const { now = Date.now } = options;
  const stores = options.stores ?? memoryStores({ now });
  const emulator = mode === 'emulate' ? (options.emulator ?? emulatorFor(options)) : undefined;
  const breaker = breakerFor(options, now);
  const authority =
    breaker?.authority ?? options.authority ?? (emulator && authorityWithin(emulator, keys));
  const background = createInFlight();
  const verifier = createVerifier({
    credentials: (account) => credentialsOf(stores, account),
    user: async (account) => (await stores.accounts.find(account))?.authyId,
    ledger: stores.ledger,
    recovery: (account) => stores.recovery.of(account),
    outbox: stores.outbox,
    policy,
    // A clock of its own is handed on only where there is one: the machine's is watched more closely.
    ...(options.now ? { now: options.now } : {}),
    ...(options.clock ? { clock: options.clock } : {}),
    defer: background.add,
    onRevoke,
    onEvent(event) {
      const kept = remember(stores, event);
      if (kept) background.add(kept);
      onEvent?.(event);
    },
    ...(authority ? { authority } : {}),
  });
  const repeats = createRepeats({ now });
  const parts = { mode, stores, verifier, authority, emulator, policy, repeats, now, source };
  const routes = buildRoutes(parts, keys.operator);
  return {
    verifier,
    ...(breaker ? { breaker } : {}),
    async fetch(request, env, ctx) {
      const response = await routes.fetch(request, env as object);
      // A request's own background work is among it; another's is only waited for twice.
      if (background.size > 0) ctx?.waitUntil(background.settled());
      return response;
    },
  };
}

function breakerFor(options: GatewayOptions, now: () => number): Breaker | undefined {
  const { mode, authority, policy } = options;
  if (mode !== 'proxy' || !authority) return undefined;
  const { liveDeadline: deadline = 2000 } = policy;
  return createBreaker(authority, { ...options.breaker, deadline, now });
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
