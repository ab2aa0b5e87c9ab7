/** The gateway as a Cloudflare Worker: its stores are Durable Objects, its options are in `env`. */
import { authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  durableObjectEngine,
  durableObjectLedger,
  type ObjectNamespace,
} from './engines/durable-objects.js';
import { createGateway, type Gateway } from './gateway.js';
import type { GatewayOptions } from './options.js';
import type { SealKey } from './stores/seal.js';
import type { Stores } from './stores/stores.js';
import { storesOver } from './stores/stores-over.js';

export { EngineObject, LedgerObject } from './engines/durable-objects.js';

/** Bindings and secrets of the Worker; `wrangler secret put` sets the secrets. */
export interface WorkerEnv {
  /** Of the class {@link EngineObject}. */
  ENGINE: ObjectNamespace;
  /** Of the class {@link LedgerObject}. */
  LEDGER: ObjectNamespace;
  /** Secret: opens /v1. */
  DRIFTLOCK_KEY: string;
  /** Secret: 32 bytes in hex, which seal the seeds; older ones that still open after commas. */
  DRIFTLOCK_SEAL_KEY: string;
  /** Secret: opens the Authy-compatible door. @default none: it is closed */
  DRIFTLOCK_AUTHY_KEY?: string;
  /** Secret: the key of your Authy, which then has the last word. @default none: held seeds have */
  DRIFTLOCK_UPSTREAM_KEY?: string;
  /** @default 'https://api.authy.com' */
  DRIFTLOCK_UPSTREAM?: string;
  /** Needed with DRIFTLOCK_UPSTREAM_KEY: `authority-first` or `local-first`. */
  DRIFTLOCK_POLICY?: string;
  /** Where OneTouch's answers are posted; needs DRIFTLOCK_AUTHY_KEY. @default nowhere */
  DRIFTLOCK_CALLBACK?: string;
}

interface Running {
  gateway: Gateway;
  stores: Stores;
}

/** One for each isolate: what it remembers it would read again otherwise. */
let running: Running | undefined;

/** Throws a TypeError that names the variable that is missing or wrong. */
function start(env: WorkerEnv): Running {
  for (const name of ['ENGINE', 'LEDGER', 'DRIFTLOCK_KEY', 'DRIFTLOCK_SEAL_KEY'] as const) {
    if (!env[name]) throw new TypeError(`${name} is missing in the Worker's environment`);
  }
  const [current, ...older] = env.DRIFTLOCK_SEAL_KEY.split(',').map(sealKeyOf);
  const engine = durableObjectEngine(env.ENGINE);
  const seal = { current: current as SealKey, older };
  const stores: Stores = {
    ...storesOver(engine, { seal }),
    ledger: durableObjectLedger(env.LEDGER),
  };
  return { stores, gateway: createGateway({ ...optionsOf(env), stores }) };
}

function optionsOf(env: WorkerEnv): Omit<GatewayOptions, 'stores'> {
  const { DRIFTLOCK_KEY: operator, DRIFTLOCK_AUTHY_KEY: authy } = env;
  const keys = { operator, ...(authy ? { authy } : {}) };
  // Set by Cloudflare itself, whatever a client sends.
  const source = (request: Request) => request.headers.get('CF-Connecting-IP') ?? undefined;
  const {
    DRIFTLOCK_UPSTREAM_KEY: apiKey,
    DRIFTLOCK_UPSTREAM: baseUrl,
    DRIFTLOCK_POLICY: mode,
    DRIFTLOCK_CALLBACK: callback,
  } = env;
  if (callback && (!authy || apiKey)) {
    throw new TypeError(
      'DRIFTLOCK_CALLBACK needs DRIFTLOCK_AUTHY_KEY, and goes with no DRIFTLOCK_UPSTREAM_KEY',
    );
  }
  if (!apiKey) {
    const door = callback ? { door: { callback: { url: callback } } } : {};
    return { mode: 'authority', keys, source, policy: { mode: 'local-first' }, ...door };
  }
  if (mode !== 'authority-first' && mode !== 'local-first') {
    throw new TypeError('DRIFTLOCK_POLICY is authority-first or local-first');
  }
  const client = createAuthyClient({ apiKey, ...(baseUrl ? { baseUrl } : {}) });
  const asked = authy ? { door: { authy: client } } : { authority: authyAuthority(client) };
  return { mode: 'proxy', keys, source, policy: { mode }, ...asked };
}

/** Its id is a digest of the key, as `driftlock gateway` has it: data can move from one to the other. */
function sealKeyOf(text: string): SealKey {
  if (!/^[0-9a-f]{64}$/i.test(text.trim())) {
    throw new TypeError(
      'DRIFTLOCK_SEAL_KEY is 32 bytes in hex, or several such with commas between',
    );
  }
  const key = hexToBytes(text.trim().toLowerCase());
  const id = bytesToHex(sha256(concatBytes(utf8ToBytes('driftlock seal key id'), key)));
  return { id: id.slice(0, 16), key };
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

/**
 * The Worker. Its `scheduled` sweeps what is kept no longer, takes open decisions one turn further,
 * anchors the audit log and sends callbacks that are owed; have it called every few minutes.
 *
 * @example
 * export { default, EngineObject, LedgerObject } from '@driftlock/gateway/worker';
 */
const worker: {
  fetch(request: Request, env: WorkerEnv, ctx: Context): Promise<Response>;
  scheduled(event: unknown, env: WorkerEnv, ctx: Context): Promise<void>;
} = {
  async fetch(request, env, ctx) {
    running ??= start(env);
    const answered = running.gateway.fetch(request, env, ctx);
    // Cut off where its client hangs up, it would never end for others in this isolate that wait for it.
    ctx.waitUntil(answered);
    return answered;
  },
  async scheduled(_, env) {
    running ??= start(env);
    const { gateway, stores } = running;
    // Apart, so that what fails or takes long keeps nothing else from being done.
    const ended = await Promise.allSettled([
      stores.sweep(),
      gateway.verifier.reconcile(),
      gateway.audit.anchor(),
      gateway.callbacks?.tell(),
    ]);
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  },
};
export default worker;
