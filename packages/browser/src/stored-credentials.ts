/** Credentials made of what this device holds in custody. */
import type { TotpParams, Verdict } from '@driftlock/totp-core';
import type { Credential } from '@driftlock/verifier';
import { verifyWithKey } from './device-key.js';
import { verifyWithPack } from './horizon-pack.js';
import type { CustodyRow } from './schema.js';
import type { Store } from './store.js';
import type { WindowOptions } from './window-steps.js';
import { isGood, WIPE_AFTER, wipeIfGuessed } from './wipe.js';

export interface StoredCredentialsOptions {
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** Wrong codes in a row after which the account's custody is deleted. @default 10 */
  wipeAfter?: number;
}

/**
 * The credentials an enrolled account has on this device: none where it holds nothing, or where a
 * horizon pack has ended. What is held is read again for each code, after its attempt was counted,
 * and no transaction is open while it is hashed.
 *
 * @example
 * const verifier = createVerifier({ credentials: storedCredentials(store), ...others });
 */
export function storedCredentials(
  store: Store,
  { now = Date.now, wipeAfter = WIPE_AFTER }: StoredCredentialsOptions = {},
): (account: string) => Promise<Credential[]> {
  async function verify(
    key: [string, string],
    code: string,
    options: WindowOptions,
  ): Promise<Verdict> {
    const row = await store.read(['custody'], ({ custody }) => custody.get(key));
    const verdict = row ? await verdictOf(row, code, options) : MISMATCH;
    if (verdict.valid !== true && verdict.reason === 'mismatch') {
      await countWrong(key[0]);
    }
    return verdict;
  }

  /** The attempt was counted when it was taken: was it one too many? */
  async function countWrong(account: string): Promise<void> {
    await store.write(['ledger', 'accounts', 'custody'], async (tables) => {
      const state = await tables.ledger.get(account);
      if (state) await wipeIfGuessed(tables, { account, state, wipeAfter, at: now() });
    });
  }

  return async (account) => {
    const rows = await heldOf(store, account);
    return rows
      .filter((row) => isGood(row, now()))
      .map((row) => ({
        id: row.credential,
        params: paramsOf(row),
        verify: (code, options) => verify([account, row.credential], code, options),
      }));
  };
}

const MISMATCH: Verdict = { valid: false, reason: 'mismatch' };

async function verdictOf(row: CustodyRow, code: string, options: WindowOptions): Promise<Verdict> {
  return row.kind === 'device-key'
    ? verifyWithKey(row, code, options)
    : verifyWithPack(row.pack, code, options);
}

async function heldOf(store: Store, account: string): Promise<CustodyRow[]> {
  return store.read(['accounts', 'custody'], async ({ accounts, custody }) =>
    (await accounts.get(account)) ? custody.where({ account }).toArray() : [],
  );
}

function paramsOf(row: CustodyRow): TotpParams {
  if (row.kind === 'device-key') return row.params;
  const { digits, period, epoch } = row.pack;
  return { digits: digits as 6 | 7 | 8, period, epoch };
}
