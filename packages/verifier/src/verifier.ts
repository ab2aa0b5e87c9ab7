/** The verifier: verdict, ruling and ledger in, decision out. */

import type { CodeAt } from '@driftlock/totp-core';
import { createAsked } from './asked.js';
import type { Decision } from './decision.js';
import type { Denied } from './deny.js';
import { createExplain } from './explain.js';
import type { VerifyRequest } from './login.js';
import { type Diagnosed, diagnose, type Resynchronized, resynchronize } from './operator.js';
import type { Settlement } from './outbox.js';
import { recover } from './recovery.js';
import { createSettler, type Reconciled } from './settler.js';
import { setUp, type VerifierOptions } from './setup.js';
import { verify } from './verify.js';

/** Milliseconds beyond all tolerance that a code is remembered as sent: more than one period. */
const LINGERS = 120_000;

export interface Verifier {
  /**
   * Decides on a typed code. Whatever was typed and whatever fails, a decision comes back; only
   * `accepted: true` is a yes. Throws `ERR_INSTANT` for an `at` that is no instant, and a
   * TypeError for an account that is empty, no string, or holds control characters.
   */
  verify(request: VerifyRequest): Promise<Decision>;
  /**
   * Decides on a typed recovery code (`makeRecoveryCodes`): good once, on the account's attempts,
   * refused while the account is latched, never sent anywhere. Throws as `verify` does.
   */
  recover(request: VerifyRequest): Promise<Decision>;
  /**
   * Resolves once a provisional decision is settled, asking again while its code lives.
   * Throws `ERR_DECISION` for an id that names none, or one that nobody settles within its code's life.
   */
  settled(id: string): Promise<Settlement>;
  /** Explains a code within ±24 h, for an operator; on a meter of its own, and never an acceptance. */
  diagnose(request: { account: string; code: string; at?: number }): Promise<Diagnosed>;
  /** Learns an authenticator's offset from two consecutive codes and consumes both. */
  resynchronize(request: { account: string; codes: [CodeAt, CodeAt] }): Promise<Resynchronized>;
  /**
   * Takes every open provisional decision one turn further; call it when the network is back.
   * Aborted, it hears out the question under way and asks no other.
   */
  reconcile(options?: { signal?: AbortSignal }): Promise<Reconciled>;
  /**
   * Carries out a no that was heard elsewhere, as from a gateway's sync: latches the account,
   * contradicts those of the decisions that are open, and calls `onRevoke` for each that nobody
   * confirmed. Resolves with the ids that are done; one that another holds is left for next time.
   */
  deny(denied: Denied): Promise<string[]>;
}

/**
 * Makes a verifier. Throws `ERR_POLICY`, naming the field, for a policy that can't be carried out.
 *
 * @example
 * const verifier = createVerifier({
 *   credentials: async (account) => [keyCredential({ id: 'phone', key: keys.get(account) })],
 *   ledger: memoryLedger(),
 *   policy: { mode: 'local-first' },
 * });
 * const decision = await verifier.verify({ account: 'ana', code: '287082' });
 * if (decision.accepted) signIn();
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const setup = setUp(options);
  const settler = createSettler(setup);
  const { backward, forward } = setup.policy.tolerance;
  const asked = createAsked((backward + forward) * 1000 + LINGERS);
  const shared = { setup, settler, explain: createExplain(), asked };
  return {
    verify: (request) => verify(shared, request),
    recover: (request) => recover(setup, request),
    settled: settler.settled,
    reconcile: settler.reconcile,
    deny: settler.deny,
    diagnose: (request) => diagnose(setup, request),
    resynchronize: (request) => resynchronize(setup, request),
  };
}
