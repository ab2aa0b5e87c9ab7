/** The online side as one fetch handler: its own REST API, and an Authy-compatible door. */
import { authyAuthority } from '@driftlock/api-client';
import {
  completePolicy,
  createClock,
  createVerifier,
  type Verifier,
  type VerifierEvent,
} from '@driftlock/verifier';
import { type Audit, createAudit } from './audit/audit.js';
import { createRecorder, type Recorder } from './audit/recorder.js';
import { userNamedIn } from './authy-door/door-parts.js';
import { doorFor } from './authy-door/index.js';
import { createSettlements } from './authy-door/settlements.js';
import type { Callbacks } from './authy-door/telling.js';
import { type Breaker, createBreaker } from './breaker.js';
import { createDevices } from './devices/devices.js';
import type { EvidenceAlarm } from './devices/evidence.js';
import { noteRevocation } from './devices/revocations.js';
import { authorityWithin, emulatorFor } from './emulated.js';
import { memoryEngine } from './engines/memory.js';
import { credentialOf } from './held-credential.js';
import { createInFlight, type InFlight } from './in-flight.js';
import { createLookups, type Lookups } from './lookups.js';
import { createMetrics } from './metrics.js';
import { checkOptions, type GatewayOptions } from './options.js';
import type { Parts } from './parts.js';
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
  /** The log of what happened. Call its `anchor` now and then, and keep what that tells elsewhere. */
  readonly audit: Audit;
  /**
   * What the application is told of approvals; none but in `authority` with `door.callback`. Call its
   * `tell` now and then: what an earlier process owed is told by whoever is asked to.
   */
  readonly callbacks?: Callbacks;
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
  const { mode, keys, onRevoke = () => {}, onEvent, source } = options;
  const policy = completePolicy(options.policy);
  const { now = Date.now } = options;
  const stores = options.stores ?? memoryStores({ now });
  const records = stores.devices ?? memoryEngine();
  const emulator = mode === 'emulate' ? (options.emulator ?? emulatorFor(options)) : undefined;
  const { liveDeadline: deadline } = policy;
  const breaker = breakerFor(options, { deadline, now });
  const authority =
    breaker?.authority ?? options.authority ?? (emulator && authorityWithin(emulator, keys));
  const lookups = createLookups(stores.accounts);
  const background = createInFlight();
  const recorder = recorderFor(options, { stores, deadline, now, background });
  const clock = options.clock ?? createClock(options.now ? { now: options.now } : {});
  const settlements = createSettlements(stores.outbox);
  const announce = (event: VerifierEvent): void => {
    recorder.hear(event);
    const kept = remember(stores, event);
    if (kept) background.add(kept);
    settlements.heed(event);
    onEvent?.(event);
  };
  const unrecorded = createVerifier({
    credentials: async (account) => (await lookups.of(account))?.held.map(credentialOf) ?? [],
    user: (account) => userOf({ mode, lookups }, account),
    ledger: stores.ledger,
    recovery: (account) => stores.recovery.of(account),
    outbox: stores.outbox,
    policy,
    clock,
    defer: background.add,
    // Noted first, and again where what follows fails: a device that was away must hear of it.
    async onRevoke(revoked) {
      await noteRevocation(records, { ...revoked, at: now() });
      await onRevoke(revoked);
    },
    onEvent: announce,
    ...(authority ? { authority } : {}),
  });
  const metrics = createMetrics();
  const verifier = metrics.measuring(recorder.overseeing(unrecorded));
  const repeats = createRepeats({ requests: stores.requests, deadline, now });
  const parts = {
    ...{ mode, stores, verifier, lookups, authority, emulator, policy, repeats, now, source },
    ...{ recorder, metrics, clock, breaker },
    ...devicesFor(options, { stores, policy, records, recorder, now }),
  };
  const door = doorFor(options, { ...parts, settlements, announce, defer: background.add });
  const routes = buildRoutes({ ...parts, door }, options);
  return {
    verifier,
    ...(breaker ? { breaker } : {}),
    audit: recorder.audit,
    ...(door?.callbacks ? { callbacks: door.callbacks } : {}),
    async fetch(request, env, ctx) {
      const response = await routes.fetch(request, env as object);
      // A request's own background work is among it; another's is only waited for twice.
      if (background.size > 0) ctx?.waitUntil(background.settled());
      return response;
    },
  };
}

/** Events that a log in memory holds. */
const KEPT = 10_000;

function recorderFor(
  { audit: need = 'required' }: GatewayOptions,
  {
    stores,
    deadline,
    now,
    background,
  }: Pick<Parts, 'stores' | 'now'> & { deadline: number; background: InFlight },
): Recorder {
  const engine = stores.events ?? memoryEngine();
  const audit = createAudit({ engine, now, ...(stores.events ? {} : { keep: KEPT }) });
  return createRecorder({ audit, engine, need, deadline, background });
}

/** What its devices need of a gateway. */
function devicesFor(
  options: GatewayOptions,
  {
    stores,
    policy,
    records,
    recorder,
    now,
  }: Pick<Parts, 'stores' | 'policy' | 'records' | 'recorder' | 'now'>,
): Pick<Parts, 'devices' | 'records' | 'evidence' | 'share' | 'horizon'> {
  const { onAlarm = () => {} } = options;
  const { uses: share = 5, hours = 72 } = options.devices ?? {};
  const { offline, tolerance } = policy;
  const { ledger } = stores;
  const devices = createDevices({ engine: records, ledger, offline, hours, now });
  const heard = (alarm: EvidenceAlarm): void => {
    recorder.note(alarm);
    onAlarm(alarm);
  };
  const evidence = {
    engine: records,
    ledger,
    devices,
    now,
    forward: tolerance.forward,
    onAlarm: heard,
  };
  const horizon = options.horizon && { iterations: 600_000, ...options.horizon };
  return { devices, records, evidence, share, horizon };
}

function breakerFor(
  options: GatewayOptions,
  times: { deadline: number; now: () => number },
): Breaker | undefined {
  const { mode, door: { authy } = {} } = options;
  const authority = options.authority ?? (authy && authyAuthority(authy));
  if (mode !== 'proxy' || !authority) return undefined;
  return createBreaker(authority, { ...options.breaker, ...times });
}

/** In `proxy` an account may be named for its user before it exists: see the door's `verify`. */
async function userOf(
  { mode, lookups }: { mode: GatewayOptions['mode']; lookups: Lookups },
  account: string,
): Promise<string | undefined> {
  const found = await lookups.of(account);
  return !found && mode === 'proxy' ? userNamedIn(account) : found?.authyId;
}

/** What an event leaves in the stores; a settlement that is lost here is still in the outbox. */
function remember(
  { accounts, decisions, drift }: Stores,
  event: VerifierEvent,
): Promise<void> | undefined {
  const { account, at } = event;
  if (event.type === 'observed') {
    const { credential, estimate } = event;
    return drift.learn({ account, credential, estimate });
  }
  if (event.type === 'settled') {
    const { id, settlement } = event;
    return decisions.settle(id, { settlement, at });
  }
  if (event.type === 'decided' && !event.decision.accepted && event.decision.reason === 'locked') {
    accounts.wipe(account);
  }
  return undefined;
}
