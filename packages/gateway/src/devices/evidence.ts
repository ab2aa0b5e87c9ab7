/** What a device tells of codes it accepted alone: claims that block a step here and confirm nothing. */
import type { Ledger } from '@driftlock/verifier';
import type { Records } from '../stores/engine.js';
import type { Account } from '../stores/stores.js';
import { cellOf, type Device } from './device.js';
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

/** A budget without an end: what was spent offline is counted, whatever is left. */
const WITHOUT_END = { uses: Number.MAX_SAFE_INTEGER, hours: Number.MAX_SAFE_INTEGER };

/** Records one claim. Its order is such that a crash anywhere is mended by telling it again. */
export async function recordClaim(
  options: EvidenceOptions,
  { account, device, claim }: { account: Account; device: Device; claim: Claim },
): Promise<Claimed> {
  const { ledger, devices, now, onAlarm } = options;
  const alarm = (name: EvidenceAlarm['alarm']): void =>
    onAlarm({ id: claim.id, account: account.id, device: device.id, alarm: name });
  const times = timesOf(account, claim);
  const at = now();
  if (!times || times.begins > at + options.forward * 1000) return 'refused';
  const stored = await keep(options, { account: account.id, device: device.id, claim });
  if (stored === 'conflict') {
    alarm('claimed-twice');
    return 'conflict';
  }
  const { credential, step, id } = claim;
  const use = { account: account.id, credential, step, ...times, at, singly: true as const };
  // One operation: the step is used, and the use it cost is counted until somebody's yes.
  const outcome = await ledger.consume({ ...use, reserve: { id, ...WITHOUT_END } });
  // No use can be counted on a latched account; the step is used all the same.
  const latched = outcome === 'spent';
  const used = latched ? await ledger.consume(use) : outcome;
  if (used === 'first') {
    if (!(await devices.spend(device.id))) alarm('lease-exceeded');
    return stored === 'duplicate' ? 'duplicate' : 'recorded';
  }
  if (stored === 'duplicate') return 'duplicate';
  alarm('claimed-twice');
  return 'conflict';
}

/** Kept by its step, so that two claims of one step meet. */
async function keep(
  { engine }: EvidenceOptions,
  { account, device, claim }: { account: string; device: string; claim: Claim },
): Promise<'new' | 'duplicate' | 'conflict'> {
  const { id, credential, step } = claim;
  const key = JSON.stringify(['claim', account, credential, step]);
  const place = { kind: 'device', key } as const;
  if (await engine.swap(place, { to: cellOf({ ...claim, device }) })) return 'new';
  const cell = await engine.read(place);
  const known: Claim & { device: string } = JSON.parse(cell?.value ?? '{}');
  return known.id === id && known.device === device ? 'duplicate' : 'conflict';
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
