/** The accounts this device may verify by itself. */
import { EMPTY_ACCOUNT } from '@driftlock/verifier';
import { beginLease, checkLease, type ToldLease } from './lease.js';
import type { AccountRow } from './schema.js';
import type { Store } from './store.js';

export interface Enrolment {
  account: string;
  /** The account's name at the authority. @default the account */
  user?: string;
  /** What the gateway calls this device. @default as before */
  device?: string;
  /** What the gateway answered as `lease` when it registered this device. @default as before */
  lease?: ToldLease;
}

/**
 * Lets this device verify an account by itself from now on; call it when the authority has just
 * said yes to the person. Doing it again renames the `user`, and begins the lease it is given.
 *
 * Offline rights live in the account's ledger record, made here. Where that record is missing later,
 * the rights are spent: nothing is accepted by this device alone until the authority says yes. Where
 * the account itself is missing, as after the browser cleared the store, this device holds nothing.
 *
 * @example
 * const { device, lease } = await response.json(); // POST /v1/accounts/ana/devices
 * await enrol(store, { account: 'ana', device, lease });
 */
export async function enrol(store: Store, enrolment: Enrolment): Promise<void> {
  const { account, user, device, lease } = enrolment;
  if (typeof account !== 'string' || account === '') throw new TypeError('account is a string');
  if (lease) checkLease(lease);
  await store.write(['accounts', 'ledger', 'outbox', 'evidence'], async (tables) => {
    const { accounts, ledger } = tables;
    const known = await accounts.get(account);
    const { user: _, ...kept } = known ?? {};
    await accounts.put({
      ...kept,
      account,
      ...(user === undefined ? {} : { user }),
      ...(device === undefined ? {} : { device }),
      ...(lease ? { lease: await beginLease(tables, { row: { ...known, account }, lease }) } : {}),
    });
    if (!known && !(await ledger.get(account))) await ledger.add(EMPTY_ACCOUNT, account);
  });
}

/** `undefined` where the account was never enrolled, or the store was cleared since. */
export async function enrolled(store: Store, account: string): Promise<AccountRow | undefined> {
  return store.read(['accounts'], ({ accounts }) => accounts.get(account));
}
