/** Why a held credential refused a code, remembering a while what its last refusals showed. */
import { type Diagnosis, type DriftEstimate, observe } from '@driftlock/totp-core';
import { afterOf } from './account-state.js';
import { NEAR } from './compare.js';
import { type Credential, comparable, gridOf } from './credential.js';
import { dropOldest } from './drop-oldest.js';
import type { AccountState } from './ledger.js';

/** How long a refused code is evidence for the next, in milliseconds. */
const REMEMBERED = 600_000;
/** Accounts remembered at once. */
const MOST = 10_000;

export interface Refused {
  account: string;
  code: string;
  at: number;
  held: Credential[];
  state: AccountState;
}

export type Explain = (refused: Refused) => Promise<Diagnosis | undefined>;

/**
 * Two codes that agree make a suspicion certain, so each explanation leaves its sample behind.
 * It is kept apart from what confirmed codes taught: a refused code never moves a window.
 */
export function createExplain(): Explain {
  const evidence = new Map<string, { until: number; estimate: DriftEstimate }>();

  async function one(credential: Credential, { account, code, at, state }: Refused) {
    const name = JSON.stringify([account, credential.id]);
    const known = evidence.get(name);
    const earlier = known && known.until > at ? known.estimate : undefined;
    const prior = earlier ?? credential.estimate;
    const diagnosis = await credential.diagnose?.(code, {
      at,
      maxOffset: NEAR,
      ...afterOf(state, credential.id),
      ...(prior ? { estimate: prior } : {}),
    });
    if (diagnosis?.step !== undefined) {
      const { period, epoch } = gridOf(credential);
      const sample = { at, step: diagnosis.step, period, epoch };
      const agrees = earlier && diagnosis.evidence > 1;
      const estimate = observe(agrees ? earlier : undefined, sample);
      evidence.delete(name);
      evidence.set(name, { until: at + REMEMBERED, estimate });
      dropOldest(evidence, MOST);
    }
    return diagnosis;
  }

  return async (refused) => {
    const asked = comparable(refused.held, refused.code);
    const diagnoses = await Promise.all(asked.map((credential) => one(credential, refused)));
    return mostTelling(diagnoses.filter((diagnosis) => diagnosis !== undefined));
  };
}

/** An explanation beats none; among explanations, the most probable. */
export function mostTelling(diagnoses: Diagnosis[]): Diagnosis | undefined {
  const weight = (d: Diagnosis): number => (d.verdict === 'no-match' ? -1 : d.posterior);
  return diagnoses.reduce<Diagnosis | undefined>(
    (best, next) => (!best || weight(next) > weight(best) ? next : best),
    undefined,
  );
}
