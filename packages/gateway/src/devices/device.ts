/** A device registered for one account: what opens for its token, and its share of the offline budget. */
import { generateSecret } from '@driftlock/totp-core';
import type { Records } from '../stores/engine.js';
import { createShelf, type Shelf } from '../stores/shelf.js';

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

/** Devices of every account, by their ids. */
export function deviceShelf(engine: Records): Shelf<Device> {
  return createShelf<Device>(engine, {
    kind: 'device',
    // Kept until its uses have come back, which whoever finds it next sees to.
    marks: ({ account, expiresAt, lease }) => ({
      group: account,
      ...(lease.uses.length === 0 ? { until: expiresAt } : {}),
    }),
    check: (stored) => 'token' in stored && 'lease' in stored,
  });
}

/** The device as it was changed; `undefined` where it is gone. */
export async function changeDevice(
  shelf: Shelf<Device>,
  id: string,
  change: (device: Device) => Device,
): Promise<Device | undefined> {
  return shelf.change(id, (device) => {
    const value = device && change(device);
    return { value, result: value };
  });
}
