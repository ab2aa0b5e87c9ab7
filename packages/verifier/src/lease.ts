/** A device's share of an account's offline budget: uses reserved ahead, each under an id of its own. */
import type { Ledger } from './ledger.js';

export interface Leasing {
  account: string;
  device: string;
  /** Reservations are numbered by device and never twice; the first number to try. */
  from: number;
  /** How many uses are wanted. */
  count: number;
  /** The account's budget, which is all that can be leased. */
  offline: { uses: number; hours: number };
  /** Unix milliseconds. */
  at: number;
}

const PREFIX = 'lease:';

/** Whether an offline use, or a credential of the ledger, belongs to a lease: no yes brings it back. */
export function isLeased(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** The ids that uses numbered `from` to `from + count - 1` have. */
export function leaseIds({
  device,
  from,
  count,
}: Pick<Leasing, 'device' | 'from' | 'count'>): string[] {
  return Array.from({ length: count }, (_, index) => `${PREFIX}${device}:${from + index}`);
}

/**
 * Reserves up to `count` offline uses for a device, and resolves with the ids of those that were
 * left; none while the account is latched. `giveBack(account, { yes: ids })` ends them.
 *
 * @example
 * const ids = await leaseUses(ledger, { account, device, from: 1, count: 5, offline, at });
 */
export async function leaseUses(ledger: Ledger, leasing: Leasing): Promise<string[]> {
  const { account, device, from, offline, at } = leasing;
  const reserved: string[] = [];
  for (const [index, id] of leaseIds(leasing).entries()) {
    const use = { account, credential: `${PREFIX}${device}`, step: from + index, at };
    const outcome = await ledger.consume({ ...use, reserve: { id, ...offline } });
    if (outcome === 'spent') break;
    if (outcome === 'first') reserved.push(id);
  }
  return reserved;
}
