/** What a gateway is made of. */
import type { Authority } from '@driftlock/api-client';
import type { Clock, Policy, VerifierEvent } from '@driftlock/verifier';
import { checkDoor, type DoorOptions } from './authy-door/options.js';
import type { BreakerOptions } from './breaker.js';
import type { EvidenceAlarm } from './devices/evidence.js';
import { checkDevices, type DeviceOptions, type HorizonOptions } from './devices/options.js';
import type { Emulator } from './emulator/index.js';
import type { RequestLine } from './request-log.js';
import type { Stores } from './stores/stores.js';

export interface GatewayOptions {
  /**
   * `emulate`: an Authy of our own has the last word. `proxy`: the given authority has.
   * `authority`: the held seeds have.
   */
  mode: 'emulate' | 'proxy' | 'authority';
  /**
   * `operator` opens /v1 and /emulator, `authy` the Authy-compatible door. They differ, except in
   * `emulate`. `metrics` opens GET /metrics alone, as the operator's does.
   * @default authy: operator's in `emulate`, elsewhere no door
   */
  keys: { operator: string; authy?: string; metrics?: string };
  policy: Policy;
  /** @default memoryStores() */
  stores?: Stores;
  /** Needed in `proxy`, none in `authority`. @default in `emulate`, the emulator, in process */
  authority?: Authority;
  /** Only in `proxy`: when an authority that can't be reached is left alone, and for how long. */
  breaker?: BreakerOptions;
  /** What the Authy-compatible door can do beside verifying; not in `emulate`. */
  door?: DoorOptions;
  /** Only in `emulate`. @default createEmulator() with these keys and this clock */
  emulator?: Emulator;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /**
   * In place of `now`: a clock that can be witnessed or trusted. Needed where `policy.clock` is
   * `witnessed`. Without one, a machine whose clock was set back stays unsafe until a restart.
   */
  clock?: Clock;
  /**
   * Ends what a provisional decision began; called at least once for each that is contradicted.
   * @default nothing: whoever signed somebody in watches GET /v1/decisions/{id}
   */
  onRevoke?: (revoked: { id: string; account: string }) => void | Promise<void>;
  onEvent?: (event: VerifierEvent) => void;
  /** Told of each request once its answer begins: routes and statuses, nothing of what was sent. @default nothing */
  log?: (line: RequestLine) => void;
  /**
   * Where a request's code was typed, so that strangers use up their own attempts and lock no owner
   * out: an address that a proxy of yours vouches for, never a header that a client can set.
   * `undefined` counts on the account alone. @default none: every attempt is the account's own
   */
  source?: (request: Request, env: unknown) => string | undefined;
  /**
   * `required`: a yes, and an act of the operator, waits up to `policy.liveDeadline` for its entry in
   * the audit log, and without one there is none. `best-effort` waits for nothing. @default 'required'
   */
  audit?: 'required' | 'best-effort';
  /** What a registered device gets. */
  devices?: DeviceOptions;
  /** Packs for devices that are to hold no seed. @default none are issued */
  horizon?: HorizonOptions;
  /** What a device's evidence shows that should not be; no code in it. @default nothing */
  onAlarm?: (alarm: EvidenceAlarm) => void;
}

/** Throws a TypeError for options that don't fit their mode. */
export function checkOptions(options: GatewayOptions): void {
  const { mode, keys, authority, breaker, door, emulator, policy, clock } = options;
  if (!['emulate', 'proxy', 'authority'].includes(mode)) {
    throw new TypeError('mode must be emulate, proxy or authority');
  }
  checkKeys(options);
  if (![undefined, 'required', 'best-effort'].includes(options.audit)) {
    throw new TypeError('audit must be required or best-effort');
  }
  if (mode === 'proxy' && !authority && !door?.authy) {
    throw new TypeError('mode proxy needs an authority');
  }
  if (door && (mode === 'emulate' || keys.authy === undefined)) {
    throw new TypeError('door needs keys.authy, and is the emulator’s in mode emulate');
  }
  if (mode === 'authority' && door?.authy) throw new TypeError('only mode proxy takes door.authy');
  checkDoor(door ?? {});
  if (mode === 'authority' && authority) throw new TypeError('mode authority takes no authority');
  if (policy?.clock === 'witnessed' && !clock) {
    throw new TypeError('policy.clock witnessed needs a clock that somebody can witness');
  }
  checkDevices(options.devices ?? {}, options.horizon);
  if (mode !== 'emulate' && emulator) throw new TypeError('only mode emulate takes an emulator');
  if (mode !== 'proxy' && breaker) throw new TypeError('only mode proxy takes a breaker');
}

function checkKeys({ mode, keys }: GatewayOptions): void {
  if (!isKey(keys?.operator)) throw new TypeError('keys.operator must be a key');
  for (const name of ['authy', 'metrics'] as const) {
    const key = keys[name];
    if (key !== undefined && !isKey(key)) throw new TypeError(`keys.${name} must be a key`);
  }
  if (mode !== 'emulate' && keys.authy === keys.operator) {
    throw new TypeError('keys.authy must differ from keys.operator');
  }
}

/** Visible ASCII: anything else could not be sent in a header. */
function isKey(key: unknown): boolean {
  return typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);
}
