/** Why a held credential refused a code, remembering a while what its last refusals showed. */
import { type Diagnosis, type DriftEstimate, observe } from '@driftlock/totp-core';
import { afterOf } from './account-state.js';
import type { Readout } from './clock.js';
import { NEAR } from './compare.js';
import { type Credential, comparable, gridOf } from './credential.js';
import { dropOldest } from './drop-oldest.js';
import type { AccountState } from './ledger.js';

/** How long a refused code is evidence for the next, in milliseconds. */
const REMEMBERED = 600_000;
/** Refused codes remembered of each credential. */
const REFUSALS = 4;
/** Confirmed codes that are weighed with them. */
const RECENT = 8;
/** Credentials remembered at once. */
const MOST = 10_000;

export interface Refused {
  account: string;
  code: string;
  at: number;
  held: Credential[];
  state: AccountState;
  /** This machine's. */
  clock: Pick<Readout, 'state' | 'reason'>;
}

export type Explain = (refused: Refused) => Promise<Diagnosis | undefined>;

/**
 * Two codes that agree make a suspicion certain, so each explanation leaves its sample behind; one
 * that was chance is outweighed by those after it. They are kept apart from what confirmed codes
 * taught, and only weighed together with it: a refused code never moves a window.
 */
export function createExplain(): Explain {
  const evidence = new Map<string, { until: number; refused: DriftEstimate }>();

  async function one(credential: Credential, { account, code, at, state, clock }: Refused) {
    const name = JSON.stringify([account, credential.id]);
    const known = evidence.get(name);
    const { period, epoch } = gridOf(credential);
    // A credential enrolled anew under its old name may count other steps.
    const same = known?.refused.period === period && known.refused.epoch === epoch;
    const earlier = same && known.until > at ? known.refused : undefined;
    const estimate = together(credential.estimate, earlier);
    const diagnosis = await credential.diagnose?.(code, {
      at,
      maxOffset: NEAR,
      clock,
      ...afterOf(state, credential.id),
      ...(estimate ? { estimate } : {}),
    });
    // By a clock known to be wrong, a step shows nothing of the authenticator's.
    if (diagnosis?.step !== undefined && clock.state !== 'unsafe') {
      const { step } = diagnosis;
      const shown = observe(undefined, { at, step, period, epoch });
      // The same code twice is one piece of evidence.
      const others = earlier?.samples.filter((sample) => sample.step !== step) ?? [];
      const refused = { ...shown, samples: [...others, ...shown.samples].slice(-REFUSALS) };
      evidence.delete(name);
      evidence.set(name, { until: at + REMEMBERED, refused });
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

/** What logins taught with what was refused since, as one estimate to explain by. */
function together(
  learned: DriftEstimate | undefined,
  refused: DriftEstimate | undefined,
): DriftEstimate | undefined {
  if (!learned || !refused) return refused ?? learned;
  const recent = learned.samples.slice(-RECENT);
  return { ...learned, samples: [...recent, ...refused.samples] };
}

/** An explanation beats none, and that beats a code of another length; else the most probable. */
export function mostTelling(diagnoses: Diagnosis[]): Diagnosis | undefined {
  const weight = ({ verdict, posterior }: Diagnosis): number =>
    verdict === 'malformed' ? -2 : verdict === 'no-match' ? -1 : posterior;
  return diagnoses.reduce<Diagnosis | undefined>(
    (best, next) => (!best || weight(next) > weight(best) ? next : best),
    undefined,
  );
}
