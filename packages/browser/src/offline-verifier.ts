/** A verifier for a browser: its ledger, outbox and clock live in the device's store. */
import {
  type Clock,
  createVerifier,
  type Policy,
  type Verifier,
  type VerifierOptions,
} from '@driftlock/verifier';
import { enrolled } from './accounts.js';
import { dexieLedger } from './dexie-ledger.js';
import { dexieOutbox } from './dexie-outbox.js';
import type { Store } from './store.js';
import { storedClock } from './stored-clock.js';
import { storedCredentials } from './stored-credentials.js';
import { WIPE_AFTER } from './wipe.js';

export interface OfflineVerifierOptions
  extends Omit<VerifierOptions, 'credentials' | 'user' | 'ledger' | 'outbox' | 'clock'> {
  store: Store;
  /** What this device holds for an enrolled account. @default what the store has in custody */
  credentials?: VerifierOptions['credentials'];
  /** The account's name at the authority. @default as enrolled, else the account */
  user?: VerifierOptions['user'];
  /** `clock` is `'witnessed'` unless said otherwise: a browser's clock is its user's to set. */
  policy: Policy;
  /**
   * Codes in a row that were not accepted, after which the account's custody is deleted.
   * @default 10
   */
  wipeAfter?: number;
  /** Milliseconds that never go back; given only with a `now` of the same source. */
  monotonic?: () => number;
}

export interface OfflineVerifier extends Verifier {
  /** This device's clock. Until it is witnessed once, nothing is accepted by this device alone. */
  readonly clock: Clock;
}

/**
 * Makes a verifier on the device's store. It holds credentials only of accounts that are enrolled
 * there. Throws `ERR_POLICY`, naming the field, for a policy that can't be carried out.
 *
 * @example
 * const gateway = gatewayAuthority({ baseUrl: 'https://gateway.example', token });
 * const verifier = createOfflineVerifier({
 *   store: await openStore(),
 *   authority: gateway,
 *   policy: { mode: 'local-first' },
 *   onRevoke: ({ account }) => signOut(account),
 * });
 * await verifier.clock.witness(await gateway.witness());
 */
export function createOfflineVerifier(options: OfflineVerifierOptions): OfflineVerifier {
  const { store, credentials, user, policy, now, monotonic, wipeAfter, ...others } = options;
  const time = { ...(now && { now }), ...(monotonic && { monotonic }) };
  const custody = { ...(now && { now }), wipeAfter: checkedWipe(wipeAfter) };
  const held = credentials ?? storedCredentials(store, custody);
  const clock = storedClock(store, time);
  const verifier = createVerifier({
    ...others,
    credentials: async (account) => ((await enrolled(store, account)) ? held(account) : []),
    user: user ?? (async (account) => (await enrolled(store, account))?.user ?? account),
    ledger: dexieLedger(store, custody),
    outbox: dexieOutbox(store),
    clock,
    policy: { ...policy, clock: policy?.clock ?? 'witnessed' },
  });
  return { ...verifier, clock };
}

function checkedWipe(wipeAfter = WIPE_AFTER): number {
  if (!(Number.isSafeInteger(wipeAfter) && wipeAfter >= 1)) {
    throw new TypeError('wipeAfter is a whole number of codes, at least 1');
  }
  return wipeAfter;
}
