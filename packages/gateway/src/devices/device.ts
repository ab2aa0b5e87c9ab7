/** A device registered for one account: what opens for its token, and its share of the offline budget. */
import { generateSecret } from '@driftlock/totp-core';
import type { Cell, Records } from '../stores/engine.js';

export interface Device {
  id: string;
  account: string;
  /** SHA-256 of its token, in hex: the token itself is told once and kept nowhere. */
  token: string;
  /** Unix milliseconds; each sync moves it on. */
  expiresAt: number;
  /** How many uses its lease is filled up to, where the account's budget has them. */
  share: number;
  lease: Lease;
  /** How many uses were ever planned for it: none is numbered twice. */
  numbered: number;
}

/** Uses that the device may spend offline, by their ids in the ledger, until an instant. */
export interface Lease {
  uses: string[];
  until: number;
}

/** `<device>.<secret>`: where to look, and what to show there. */
export interface Token {
  device: string;
  text: string;
}

const TOKEN = /^([a-z2-7]{16})\.[A-Z2-7]{52}$/;
const SECRET_BYTES = 32;

export function newToken(): Token {
  const device = generateSecret().slice(0, 16).toLowerCase();
  return { device, text: `${device}.${generateSecret(SECRET_BYTES).slice(0, 52)}` };
}

/** `undefined` for what can be no device's token. */
export function readToken(text: string): Token | undefined {
  const device = TOKEN.exec(text)?.[1];
  return device === undefined ? undefined : { device, text };
}

export function isDeviceId(text: string): boolean {
  return /^[a-z2-7]{16}$/.test(text);
}

export async function digestOf(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A device and the version of its record. */
export interface Known {
  device: Device;
  version: string;
}

export async function readDevice(engine: Records, id: string): Promise<Known | undefined> {
  const cell = await engine.read({ kind: 'device', key: id });
  return cell && { device: JSON.parse(cell.value), version: cell.version };
}

/** Writes where nobody else wrote since; `false` changed nothing. */
export async function writeDevice(
  engine: Records,
  { device, from }: { device: Device; from?: string },
): Promise<boolean> {
  const { id, account, expiresAt, lease } = device;
  const to = {
    ...cellOf(device),
    group: account,
    // Kept until its uses have come back, which whoever finds it next sees to.
    ...(lease.uses.length === 0 ? { until: expiresAt } : {}),
  };
  return engine.swap({ kind: 'device', key: id }, { ...(from === undefined ? {} : { from }), to });
}

export function cellOf(value: unknown): Cell {
  return { value: JSON.stringify(value), version: crypto.randomUUID() };
}

/** Applies a change to a device until nobody else was faster; `undefined` where it is gone. */
export async function changeDevice(
  engine: Records,
  id: string,
  change: (device: Device) => Device,
): Promise<Device | undefined> {
  for (;;) {
    const known = await readDevice(engine, id);
    if (!known) return undefined;
    const device = change(known.device);
    if (await writeDevice(engine, { device, from: known.version })) return device;
  }
}
