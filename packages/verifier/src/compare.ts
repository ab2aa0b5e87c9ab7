/** A code against every held credential: all are asked, one verdict comes back. */
import { predict } from '@driftlock/totp-core';
import { afterOf, isUsed, lastStep } from './account-state.js';
import { beginOf, type Credential, comparable, gridOf } from './credential.js';
import type { AccountState } from './ledger.js';
import type { Facts } from './table.js';

export interface Match {
  credential: Credential;
  step: number;
}

export type Comparison =
  /** `twins`: what else the code matches. */
  | { verdict: 'valid'; match: Match; twins: Match[] }
  | { verdict: Exclude<Facts['verdict'], 'valid' | 'malformed'> };

export interface Compare {
  at: number;
  state: AccountState;
  /** Seconds the authority accepts around true time. */
  tolerance: { backward: number; forward: number };
  /** Whether what was learned of an authenticator's clock moves its window. */
  useDrift: boolean;
}

/** Valid beats replayed beats mismatch; among valid ones the newest instant, then list order. */
export async function compare(
  held: Credential[],
  code: string,
  options: Compare,
): Promise<Comparison> {
  const asked = comparable(held, code);
  const verdicts = await Promise.all(
    asked.map((credential) => verdictOf(credential, code, options)),
  );
  const matches = verdicts.flatMap(({ match }) => match ?? []);
  // A stable sort: of two as new as each other, the first in the list stays first.
  const [match, ...twins] = matches.sort((a, b) => instantOf(b) - instantOf(a));
  if (match) return { verdict: 'valid', match, twins };
  if (verdicts.some(({ replayed }) => replayed)) return { verdict: 'replayed' };
  return { verdict: asked.length > 0 ? 'mismatch' : 'not-held' };
}

async function verdictOf(
  credential: Credential,
  code: string,
  { at, state, tolerance, useDrift }: Compare,
): Promise<{ match?: Match; replayed?: boolean }> {
  const { period } = gridOf(credential);
  const verdict = await credential.verify(code, {
    at,
    window: {
      backward: Math.floor(tolerance.backward / period),
      forward: Math.floor(tolerance.forward / period),
    },
    ...(useDrift && credential.estimate ? { drift: predict(credential.estimate, at).best } : {}),
    ...afterOf(state, credential.id),
  });
  if (verdict.valid !== true) return { replayed: verdict.reason === 'replayed' };
  if (isUsed(state, { credential: credential.id, step: verdict.step })) return { replayed: true };
  return { match: { credential, step: verdict.step } };
}

function instantOf({ credential, step }: Match): number {
  return beginOf(credential, step);
}

/** Seconds around a centre within which a used code is looked for. */
const NEARBY = 300;

/**
 * Every step of a held credential that the code matches, oldest first, near our clock, near what
 * was last consumed or remembered as used: a clock that moved since must not hide a used code.
 */
export async function matchingSteps(
  held: Credential[],
  code: string,
  { at, state }: { at: number; state: AccountState },
): Promise<Match[]> {
  const found = await Promise.all(
    comparable(held, code).map(async (credential) => {
      const steps = stepsAround(credential, centres(credential, { at, state }));
      const matches = await Promise.all(steps.map((step) => matchesAt(credential, code, step)));
      return steps.filter((_, index) => matches[index]).map((step) => ({ credential, step }));
    }),
  );
  return found.flat().sort((a, b) => instantOf(a) - instantOf(b));
}

function centres(
  credential: Credential,
  { at, state }: { at: number; state: AccountState },
): number[] {
  const { period, epoch } = gridOf(credential);
  const last = lastStep(state, credential.id);
  const ahead = state.ahead.filter((used) => used.credential === credential.id);
  return [
    Math.floor((at / 1000 - epoch) / period),
    ...(last === undefined ? [] : [last]),
    ...ahead.map(({ step }) => step),
  ];
}

function stepsAround(credential: Credential, around: number[]): number[] {
  const reach = Math.ceil(NEARBY / gridOf(credential).period);
  const steps = new Set<number>();
  for (const centre of around) {
    for (let step = centre - reach; step <= centre + reach; step++) if (step >= 0) steps.add(step);
  }
  return [...steps];
}

async function matchesAt(credential: Credential, code: string, step: number): Promise<boolean> {
  const middle = beginOf(credential, step) + gridOf(credential).period * 500;
  const alone = { backward: 0, forward: 0 };
  return (await credential.verify(code, { at: middle, window: alone })).valid === true;
}
