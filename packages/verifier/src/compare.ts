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
  const [match, ...others] = matches.sort((a, b) => instantOf(b) - instantOf(a));
  if (match) {
    const twins = await twinsOf(match, { asked, code });
    const chance = others.filter((other) => other.step !== match.step);
    return { verdict: 'valid', match, twins: [...chance, ...twins] };
  }
  if (verdicts.some(({ replayed }) => replayed)) return { verdict: 'replayed' };
  return { verdict: asked.length > 0 ? 'mismatch' : 'not-held' };
}

/** Where a seed was enrolled twice, windows may lie apart: what was learned of a clock, or an epoch, moves one. */
async function twinsOf(
  { credential, step }: Match,
  { asked, code }: { asked: Credential[]; code: string },
): Promise<Match[]> {
  const others = asked.filter((one) => one !== credential);
  const found = await Promise.all(
    others.map(async (other) => {
      const steps = await everyMatch(other, code, { first: step, last: step });
      return steps.map((same) => ({ credential: other, step: same }));
    }),
  );
  return found.flat();
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

/** Seconds an authenticator may be off and its code still be looked for while somebody waits. */
export const NEAR = 300;
/** Seconds each way of a wide search: an operator's, or for a code read by a clock far off ours. */
export const FAR = 86_400;
/** Steps one verification looks at, in all. */
const WIDEST = 6000;

/** Whether a step lies as near our clock as an authenticator's may be off. */
export function isNear(match: Match, at: number): boolean {
  return Math.abs(instantOf(match) - at) <= (NEAR + gridOf(match.credential).period) * 1000;
}

/**
 * Every step of a held credential that the code matches within `reach` seconds, oldest first: around
 * our clock, what was last consumed, and what is remembered as used, so that a clock that moved
 * since hides no used code.
 */
export async function matchingSteps(
  held: Credential[],
  code: string,
  { at, state, reach }: { at: number; state: AccountState; reach: number },
): Promise<Match[]> {
  const found = await Promise.all(
    comparable(held, code).map(async (credential) => {
      const steps = new Set<number>();
      for (const centre of centres(credential, { at, state })) {
        const by = Math.min(Math.ceil(reach / gridOf(credential).period), WIDEST / 2);
        const range = { first: Math.max(0, centre - by), last: centre + by };
        for (const step of await everyMatch(credential, code, range)) steps.add(step);
      }
      return [...steps].map((step) => ({ credential, step }));
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

/** A credential names the newest match alone: those before it are asked for in turn. */
async function everyMatch(
  credential: Credential,
  code: string,
  { first, last }: { first: number; last: number },
): Promise<number[]> {
  const found: number[] = [];
  for (let end = last; end >= first; ) {
    const at = beginOf(credential, end) + gridOf(credential).period * 500;
    const window = { backward: end - first, forward: 0 };
    const verdict = await credential.verify(code, { at, window });
    if (verdict.valid !== true) break;
    found.push(verdict.step);
    end = Math.min(end, verdict.step) - 1;
  }
  return found;
}
