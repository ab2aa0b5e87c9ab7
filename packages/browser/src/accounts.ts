/** The accounts this device may verify by itself. */
import { EMPTY_ACCOUNT } from '@driftlock/verifier';
import type { AccountRow } from './schema.js';
import type { Store } from './store.js';

/**
 * Lets this device verify an account by itself from now on; call it when the authority has just
 * said yes to the person. Doing it again only renames the `user`.
 *
 * Offline rights live in the account's ledger record, made here. Where that record is missing later,
 * the rights are spent: nothing is accepted by this device alone until the authority says yes. Where
 * the account itself is missing, as after the browser cleared the store, this device holds nothing.
 *
 * @example
 * await enrol(store, { account: 'ana' });
 */
export async function enrol(store: Store, { account, user }: AccountRow): Promise<void> {
  if (typeof account !== 'string' || account === '') throw new TypeError('account is a string');
  await store.write(['accounts', 'ledger'], async ({ accounts, ledger }) => {
    const known = await accounts.get(account);
    await accounts.put({ account, ...(user === undefined ? {} : { user }) });
    if (!known && !(await ledger.get(account))) await ledger.add(EMPTY_ACCOUNT, account);
  });
}

/** `undefined` where the account was never enrolled, or the store was cleared since. */
export async function enrolled(store: Store, account: string): Promise<AccountRow | undefined> {
  return store.read(['accounts'], ({ accounts }) => accounts.get(account));
}
