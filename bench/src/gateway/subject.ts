/** The gateway that is measured, and the accounts that it is told of. */
import { createGateway, type Gateway, type Stores } from '@driftlock/gateway';
import { nameOf, secretOf } from './accounts.js';

export const OPERATOR = 'operator-of-the-bench';

export function gatewayOver(stores: Stores, now: () => number): Gateway {
  // To be slow is what is measured here, and no fault.
  const policy = { mode: 'local-first', liveDeadline: 60_000 } as const;
  return createGateway({ mode: 'authority', keys: { operator: OPERATOR }, policy, stores, now });
}

export async function create(stores: Stores, account: number): Promise<void> {
  const seed = { credential: 'phone', secret: secretOf(account), params: {} };
  await stores.accounts.create({ id: nameOf(account), seeds: [seed] });
}

/** As an account's first login leaves its ledger. */
export async function use({ ledger }: Stores, account: number): Promise<void> {
  await ledger.consume({ account: nameOf(account), credential: 'phone', step: 1 });
}
