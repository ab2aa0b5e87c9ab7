/** What a device tells of codes it accepted alone: claims that block a step here and confirm nothing. */
import type { Consume, Ledger } from '@driftlock/verifier';
import type { Records } from '../stores/engine.js';
import { createShelf, type Shelf } from '../stores/shelf.js';
import type { Account } from '../stores/stores.js';
import type { Device } from './device.js';
import type { Devices } from './devices.js';

/** A decision as the device made it. */
export interface Claim {
  /** The decision's id, the device's own: told again, it is the same claim. */
  id: string;
  credential: string;
  step: number;
  /** When it was decided, by the device's clock. */
  at: number;
}

export type Claimed =
  | 'recorded'
  /** Told before by this device. */
  | 'duplicate'
  /** Somebody else used the step: here, or on another device. */
  | 'conflict'
  /** Nothing is held here that has such a step, or the step is still to come. */
  | 'refused';

export interface EvidenceAlarm {
  id: string;
  account: string;
  device: string;
  alarm: 'claimed-twice' | 'lease-exceeded';
}

export interface EvidenceOptions {
  engine: Records;
  ledger: Ledger;
  devices: Devices;
  now: () => number;
  /** Seconds that a step may begin after this machine's time. */
  forward: number;
  onAlarm: (alarm: EvidenceAlarm) => void;
}

/** Records one claim. Its order is such that a crash anywhere is mended by telling it again. */
export async function recordClaim(
  options: EvidenceOptions,
  { account, device, claim }: { account: Account; device: Device; claim: Claim },
): Promise<Claimed> {
  const { devices, now, onAlarm } = options;
  const alarm = (name: EvidenceAlarm['alarm']): void =>
    onAlarm({ id: claim.id, account: account.id, device: device.id, alarm: name });
  const times = timesOf(account, claim);
  const at = now();
  if (!times || times.begins > at + options.forward * 1000) return 'refused';
  const use = { account: account.id, credential: claim.credential, step: claim.step, ...times, at };
  const claims = claimsOf(options.engine);
  const key = JSON.stringify(['claim', account.id, claim.credential, claim.step]);
  const itself = (one?: Claim & { device: string }): boolean =>
    one?.id === claim.id && one.device === device.id;
  const known = await claims.read(key);
  if (itself(known)) {
    await block(options, use);
    return 'duplicate';
  }
  if (!known) {
    // Before it is kept: told again after a crash, it costs twice rather than nothing.
    if (!(await devices.spend(device.id, claim.id))) alarm('lease-exceeded');
    const kept = await claims.create(key, { ...claim, device: device.id });
    if (kept && (await block(options, use))) return 'recorded';
    // Told twice at once: whichever kept it blocks its step.
    if (!kept && itself(await claims.read(key))) return 'duplicate';
  }
  alarm('claimed-twice');
  return 'conflict';
}

/** Kept by their steps, so that two claims of one step meet. */
function claimsOf(engine: Records): Shelf<Claim & { device: string }> {
  return createShelf(engine, { kind: 'device', check: (stored) => 'device' in stored });
}

/**
 * The step is not good here any more, and the last step stays where it is. `false` where it was used
 * here itself; one that is only older than the last was perhaps not.
 */
async function block(
  { ledger }: EvidenceOptions,
  use: Pick<Consume, 'account' | 'credential' | 'step' | 'begins' | 'ends' | 'at'>,
): Promise<boolean> {
  if ((await ledger.consume({ ...use, singly: true })) === 'first') return true;
  const { last, ahead, asking } = await ledger.state(use.account);
  const itself = (other: { credential: string; step: number }): boolean =>
    other.credential === use.credential && other.step === use.step;
  return last[use.credential] !== use.step && ![...ahead, ...asking].some(itself);
}

/** When the step begins and ends, in Unix milliseconds; `undefined` for a credential not held here. */
function timesOf(
  { held }: Account,
  { credential, step }: Claim,
): { begins: number; ends: number } | undefined {
  const params = held.find((one) => one.credential === credential)?.params;
  if (!params) return undefined;
  const { period, epoch } = params;
  const begins = (epoch + step * period) * 1000;
  return { begins, ends: begins + period * 1000 };
}
