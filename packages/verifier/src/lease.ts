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

/** A budget without an end: what was spent is counted, whatever is left. */
const WITHOUT_END = { uses: Number.MAX_SAFE_INTEGER, hours: Number.MAX_SAFE_INTEGER };

/**
 * Counts a use that a device spent, in the name of its decision, until somebody's yes. `number` is
 * one more of the device's own, which no lease has. A latched account counts none.
 */
export async function countUse(
  ledger: Ledger,
  { account, device, number, id, at }: UseSpent,
): Promise<void> {
  const use = { account, credential: `${PREFIX}${device}`, step: number, at };
  await ledger.consume({ ...use, reserve: { id, ...WITHOUT_END } });
}

export interface UseSpent extends Pick<Leasing, 'account' | 'device' | 'at'> {
  number: number;
  /** The decision's id. */
  id: string;
}
