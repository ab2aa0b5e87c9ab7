/** One person's two codes, diagnosed one after the other as a verifier does it. */
import {
  type Diagnosis,
  type DriftEstimate,
  diagnose,
  importKey,
  observe,
} from '@driftlock/totp-core';
import type { Grid } from './authenticator.js';
import type { Login } from './histories.js';
import type { Failure } from './scene.js';

export type Diagnose = typeof diagnose;

/** A diagnosis and whether it is right: of these verdicts, and of that time zone if one is meant. */
export interface Judged {
  verdict: Diagnosis['verdict'];
  posterior: number;
  certain: boolean;
  right: boolean;
}

/** The second code is diagnosed with what the first showed, if it was of a step. */
export function judgeBoth(
  { secret, grid, codes, after, clock, minutes, logins = [] }: Failure & { logins?: Login[] },
  { ask = diagnose, maxOffset = 86_400 }: { ask?: Diagnose; maxOffset?: number } = {},
): [Judged, Judged] {
  const key = importKey(secret, grid);
  const history = learn(undefined, grid, logins);
  const judge = (index: 0 | 1, estimate: DriftEstimate | undefined): Judged & { step?: number } => {
    const { code, at, right } = codes[index];
    const diagnosis = ask(key, code, {
      at: at * 1000,
      maxOffset,
      ...(after === undefined ? {} : { after }),
      ...(clock ? { clock } : {}),
      ...(estimate ? { estimate } : {}),
    });
    const { verdict, posterior, certainty, step, looksLike } = diagnosis;
    const named = minutes === undefined || looksLike?.minutes === minutes;
    return {
      verdict,
      posterior,
      certain: certainty === 'certain',
      right: right.includes(verdict) && named,
      ...(step === undefined ? {} : { step }),
    };
  };
  const first = judge(0, history);
  const shown = first.step === undefined ? [] : [{ at: codes[0].at, step: first.step }];
  const second = judge(1, withShown(history, learn(undefined, grid, shown)));
  key.destroy();
  return [first, second];
}

function learn(
  estimate: DriftEstimate | undefined,
  { period }: Grid,
  shown: readonly Login[],
): DriftEstimate | undefined {
  return shown.reduce<DriftEstimate | undefined>(
    (known, { at, step }) => observe(known, { at: at * 1000, step, period }),
    estimate,
  );
}

/** What a refused code showed stands beside what logins taught, and never becomes part of it. */
function withShown(
  history: DriftEstimate | undefined,
  shown: DriftEstimate | undefined,
): DriftEstimate | undefined {
  if (!history || !shown) return shown ?? history;
  return { ...history, samples: [...history.samples, ...shown.samples].slice(-16) };
}
