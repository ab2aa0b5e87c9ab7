/** What lets this device recognize an account's codes by itself: nothing, a device key, horizon packs. */
import type { TotpParams } from '@driftlock/totp-core';
import { importDeviceKey } from './device-key.js';
import { readHorizon } from './horizon-pack.js';
import type { AccountRow, CustodyRow, Tables } from './schema.js';
import type { Store } from './store.js';
import { StoreError } from './store-error.js';
import { wipe } from './wipe.js';

/** One credential as this device holds it, without what it is held by. */
export type Held = { credential: string } & (
  | { kind: 'device-key' }
  /** Good until an instant. */
  | { kind: 'horizon'; until: number }
);

/**
 * Holds a seed as a key that the browser uses and never shows again. A `Uint8Array` is wiped; the
 * string of a Base32 secret can't be. An enrolled account alone can have one: throws
 * `ERR_STORE_ACCOUNT` for others, and a TotpError for a secret or parameters that are none.
 *
 * @example
 * await enrol(store, { account: 'ana', lease });
 * await holdKey(store, { account: 'ana', credential: 'phone', secret });
 */
export async function holdKey(
  store: Store,
  {
    account,
    credential,
    secret,
    params,
  }: {
    account: string;
    /** As the gateway names it: evidence is told by that name. */
    credential: string;
    secret: string | Uint8Array;
    /** @default { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 } */
    params?: TotpParams;
  },
): Promise<void> {
  if (typeof credential !== 'string' || credential === '') {
    throw new TypeError('credential is a string');
  }
  const held = await importDeviceKey(secret, params);
  await onEnrolled(store, account, async ({ custody }) => {
    await custody.put({ account, credential, kind: 'device-key', ...held });
  });
}

/**
 * Holds the packs of `GET /v1/accounts/{id}/horizon`, in place of all packs of the account. Throws
 * `ERR_STORE_ACCOUNT` where it is not enrolled here, and a TypeError for what is no such answer.
 *
 * @example
 * await holdPacks(store, { account: 'ana', horizon: await response.json() });
 */
export async function holdPacks(
  store: Store,
  { account, horizon }: { account: string; horizon: unknown },
): Promise<void> {
  const { until, packs } = readHorizon(horizon);
  await onEnrolled(store, account, async ({ custody }) => {
    await custody
      .where({ account })
      .filter(({ kind }) => kind === 'horizon')
      .delete();
    await custody.bulkPut(
      packs.map(
        ({ credential, pack }): CustodyRow => ({
          ...{ account, credential, kind: 'horizon', until, pack },
        }),
      ),
    );
  });
}

/** What this device holds of an account; none is online only. */
export async function custodyOf(store: Store, account: string): Promise<Held[]> {
  const rows = await store.read(['custody'], ({ custody }) => custody.where({ account }).toArray());
  return rows.map((row) =>
    row.kind === 'horizon'
      ? { credential: row.credential, kind: row.kind, until: row.until }
      : { credential: row.credential, kind: row.kind },
  );
}

/**
 * Takes away what lets this device accept codes of an account alone, because the gateway revoked it:
 * custody is deleted, the lease ends for good, and only `enrol` with another begins one. What was
 * used up and what is still to be told stays.
 *
 * @example
 * if (response.status === 401) await forget(store, { account: 'ana' });
 */
export async function forget(store: Store, { account }: { account: string }): Promise<void> {
  await store.write(['accounts', 'custody'], async (tables) => {
    await wipe(tables, account);
    const row = await tables.accounts.get(account);
    if (row) await tables.accounts.put(withoutDevice(row));
  });
}

function withoutDevice({ device: _, ...row }: AccountRow): AccountRow {
  return row;
}

async function onEnrolled(
  store: Store,
  account: string,
  work: (tables: Tables) => Promise<void>,
): Promise<void> {
  await store.write(['accounts', 'custody'], async (tables) => {
    if (!(await tables.accounts.get(account))) throw new StoreError('ERR_STORE_ACCOUNT');
    await work(tables);
  });
}
