/** Devices of an account: registered, known by their tokens, leased a share of its budget, revoked. */
import { countUse, type Ledger, leaseIds, leaseUses } from '@driftlock/verifier';
import { timingSafeEqual } from 'hono/utils/buffer';
import { sha256Hex } from '../digest.js';
import type { Records } from '../stores/engine.js';
import type { Shelf } from '../stores/shelf.js';
import { changeDevice, type Device, deviceShelf, newToken, readToken } from './device.js';

export interface Devices {
  /** Registers a device with a lease of up to `share` uses; its token is told here and never again. */
  register(wanted: { account: string; share: number }): Promise<{ device: Device; token: string }>;
  /** The device whose token this is; `undefined` for every other text, and once it is too old. */
  known(token: string): Promise<Device | undefined>;
  of(account: string): Promise<Device[]>;
  /** Lets it live on, and fills up its lease; `undefined` where it was revoked meanwhile. */
  renew(id: string): Promise<Device | undefined>;
  /** Its token opens nothing any more; uses it may have spent come back when its lease has ended. */
  revoke(which: Revoked): Promise<boolean>;
  /** Revokes every device of an account. */
  revokeAll(account: string): Promise<void>;
  /**
   * Takes one use out of its lease, and counts it as the account's own in the name of a decision,
   * because its evidence tells of one; `false` where none was left in its lease.
   */
  spend(id: string, decision: string): Promise<boolean>;
  /** Gives back what leases of the account that have ended still hold. */
  endLeases(account: string): Promise<void>;
}

interface Revoked {
  account: string;
  device: string;
}

export interface DevicesOptions {
  engine: Records;
  ledger: Ledger;
  /** What the whole account may accept unconfirmed, at most. */
  offline: { uses: number; hours: number };
  /** Hours that a token lives without a sync. */
  hours: number;
  /** Unix milliseconds. */
  now: () => number;
}

const HOUR = 3_600_000;
/** More devices than an account has. */
const MOST = 1000;

export function createDevices(options: DevicesOptions): Devices {
  const { engine, ledger, hours, now } = options;
  const shelf = deviceShelf(engine);

  async function all(account: string): Promise<Device[]> {
    const listed = await engine.list({ kind: 'device', group: account, limit: MOST });
    return listed.map(shelf.listed);
  }

  async function of(account: string): Promise<Device[]> {
    return (await all(account)).filter((device) => device.expiresAt > now());
  }

  async function endLeases(account: string): Promise<void> {
    for (const { id, lease } of await all(account)) {
      if (lease.until > now() || lease.uses.length === 0) continue;
      // First given back, then forgotten: a crash in between gives back what is back already.
      await ledger.giveBack(account, { yes: lease.uses });
      await changeDevice(shelf, id, (device) => ({
        ...device,
        lease: {
          ...device.lease,
          uses: device.lease.uses.filter((use) => !lease.uses.includes(use)),
        },
      }));
    }
  }

  async function revoke({ account, device }: Revoked): Promise<boolean> {
    return shelf.change(device, (one) =>
      one?.account === account && one.expiresAt > now()
        ? { value: { ...one, expiresAt: 0 }, result: true }
        : { value: one, result: false },
    );
  }

  return {
    of,
    endLeases,
    renew: (id) => renew(options, { shelf, id }),
    async register({ account, share }) {
      await endLeases(account);
      const { device: id, text } = newToken();
      const device: Device = {
        ...{ id, account, token: sha256Hex(text), expiresAt: now() + hours * HOUR },
        ...{ share, lease: { uses: [], until: 0 }, numbered: 0 },
      };
      await shelf.create(id, device);
      const leased = await renew(options, { shelf, id });
      if (!leased) throw new Error('a device was revoked while it was registered');
      return { device: leased, token: text };
    },
    async known(text) {
      const token = readToken(text);
      const device = token && (await shelf.read(token.device));
      if (!device || !(await timingSafeEqual(sha256Hex(text), device.token))) return undefined;
      return device.expiresAt > now() ? device : undefined;
    },
    revoke,
    async revokeAll(account) {
      for (const { id } of await of(account)) await revoke({ account, device: id });
    },
    async spend(id, decision) {
      let spent: string | undefined;
      const device = await changeDevice(shelf, id, (one) => {
        const [first, ...rest] = one.lease.uses;
        spent = first;
        return { ...one, numbered: one.numbered + 1, lease: { ...one.lease, uses: rest } };
      });
      if (!device) return false;
      const { account, numbered: number } = device;
      await countUse(ledger, { account, device: id, number, id: decision, at: now() });
      if (spent === undefined) return false;
      await ledger.giveBack(account, { yes: [spent] });
      return true;
    },
  };
}

/** Uses are planned in the device's record before they are reserved: a crash leaves none unheld. */
async function renew(
  { ledger, offline, hours, now }: DevicesOptions,
  { shelf, id }: { shelf: Shelf<Device>; id: string },
): Promise<Device | undefined> {
  const at = now();
  const planned = await changeDevice(shelf, id, (device) => {
    if (device.expiresAt <= at) return device;
    const { share, lease, numbered } = device;
    const count = Math.max(0, share - lease.uses.length);
    return {
      ...device,
      expiresAt: at + hours * HOUR,
      numbered: numbered + count,
      lease: {
        uses: [...lease.uses, ...leaseIds({ device: id, from: numbered + 1, count })],
        until: at + offline.hours * HOUR,
      },
    };
  });
  if (!planned || planned.expiresAt <= at) return undefined;
  const { account, lease, numbered } = planned;
  const before = await heldBy(ledger, planned);
  for (const use of lease.uses.filter((each) => !before.includes(each))) {
    await leaseUses(ledger, { account, device: id, from: numberOf(use), count: 1, offline, at });
  }
  // Read again: what a renewal at the same time reserved is held, too.
  const held = await heldBy(ledger, planned);
  const leased = await changeDevice(shelf, id, (device) => {
    const kept = device.lease.uses.filter((use) => held.includes(use) || numberOf(use) > numbered);
    return { ...device, lease: { ...device.lease, uses: kept } };
  });
  const lost = held.filter((use) => !leased?.lease.uses.includes(use) && numberOf(use) <= numbered);
  if (lost.length > 0) await ledger.giveBack(account, { yes: lost });
  return leased;
}

/** What the ledger has reserved for a device. */
async function heldBy(ledger: Ledger, { account, id }: Device): Promise<string[]> {
  const [prefix = ''] = leaseIds({ device: id, from: 0, count: 1 }).map((use) => use.slice(0, -1));
  const { uses } = await ledger.state(account);
  return uses.map((use) => use.id).filter((use) => use.startsWith(prefix));
}

function numberOf(use: string): number {
  return Number(use.slice(use.lastIndexOf(':') + 1));
}
