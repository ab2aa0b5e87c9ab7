/** What the gateway's routes share. */
import type { Authority } from '@driftlock/api-client';
import type { Clock, Decision, Origin, Policy, Verifier } from '@driftlock/verifier';
import type { Context } from 'hono';
import type { Act } from './audit/event.js';
import type { Recorder } from './audit/recorder.js';
import type { AuthyDoor } from './authy-door/index.js';
import type { Breaker } from './breaker.js';
import type { Device } from './devices/device.js';
import type { Devices } from './devices/devices.js';
import type { EvidenceOptions } from './devices/evidence.js';
import type { Emulator } from './emulator/index.js';
import type { Lookups } from './lookups.js';
import type { Metrics } from './metrics.js';
import type { GatewayOptions } from './options.js';
import { problem } from './problem.js';
import type { Repeats } from './repeats.js';
import type { Records } from './stores/engine.js';
import type { Account, Stores } from './stores/stores.js';

export interface Parts {
  mode: GatewayOptions['mode'];
  stores: Stores;
  verifier: Verifier;
  lookups: Lookups;
  authority: Authority | undefined;
  emulator: Emulator | undefined;
  /** With every default. */
  policy: Required<Policy>;
  repeats: Repeats;
  now: () => number;
  source: GatewayOptions['source'];
  recorder: Recorder;
  metrics: Metrics;
  clock: Clock;
  breaker: Breaker | undefined;
  /** In `proxy` and `authority`, where there is a key to it. */
  door?: AuthyDoor | undefined;
  devices: Devices;
  /** What is remembered of devices beside the stores. */
  records: Records;
  evidence: EvidenceOptions;
  /** Absent where no packs are issued. */
  horizon: { hours: number; iterations: number } | undefined;
  /** Offline uses that a device is leased where its registration names none. */
  share: number;
}

/** Answers for the account in the path, or says that there is none. */
export async function withAccount(
  c: Context,
  { stores, lookups }: Parts,
  answer: (account: Account) => Response | Promise<Response>,
): Promise<Response> {
  let lost = false;
  const find = () =>
    stores.accounts.find(c.req.param('id') ?? '').catch((error: unknown) => {
      lost = true;
      throw error;
    });
  try {
    return await lookups.during(find, (account) =>
      account ? answer(account) : problem(c, 'no-such-account'),
    );
  } catch (error) {
    if (lost)
      return problem(c, 'unavailable', { retryAfter: 1, detail: 'a store does not answer' });
    throw error;
  }
}

/** As `withAccount`, once the audit log says that the operator asked for it. */
export async function withAct(
  c: Context,
  parts: Parts,
  { act, answer }: { act: Act; answer: (account: Account) => Response | Promise<Response> },
): Promise<Response> {
  return withAccount(c, parts, async (account) =>
    (await parts.recorder.act(account.id, { act })) ? answer(account) : unrecorded(c),
  );
}

/** What the audit log can't take is not done. */
export function unrecorded(c: Context): Response {
  return problem(c, 'unavailable', { retryAfter: 1, detail: 'the audit log does not answer' });
}

/** Where the request's code was typed, for `verify` and `recover`. */
export function originOf(c: Context, { source }: Parts): { from?: Origin } {
  const device = deviceOf(c);
  if (device) return { from: { device: device.id } };
  const address = source?.(c.req.raw, c.env);
  return address ? { from: { source: address } } : {};
}

/** The device that asks; `undefined` where the operator does. */
export function deviceOf(c: Context): Device | undefined {
  return c.get('device');
}

/** Whether a decision may still be contradicted. */
export function isProvisional(decision: Decision): boolean {
  return decision.accepted && decision.standing === 'provisional';
}
