/** What an operator asks of a verifier: a wide explanation, a resynchronization. Neither accepts. */
import { type CodeAt, type Diagnosis, observe, type Resynchronization } from '@driftlock/totp-core';
import { afterOf } from './account-state.js';
import type { Readout } from './clock.js';
import { FAR } from './compare.js';
import { beginOf, gridOf } from './credential.js';
import { mostTelling } from './explain.js';
import { reportFault, type Setup } from './setup.js';

type Refusal =
  | { reason: 'throttled'; retryAfter: number }
  | { reason: 'locked' | 'not-held' | 'unavailable' };

type Unsynchronized = Extract<Resynchronization, { synchronized: false }>['reason'];

export type Diagnosed =
  | { diagnosed: true; credential: string; diagnosis: Diagnosis }
  | ({ diagnosed: false } & Refusal);

export type Resynchronized =
  | ({ credential: string } & Extract<Resynchronization, { synchronized: true }>)
  | ({ synchronized: false } & (Refusal | { reason: Unsynchronized }));

/** Explains a code within ±24 h, on a meter of its own; every call costs one of its attempts. */
export async function diagnose(
  setup: Setup,
  { account, code, at }: { account: string; code: string; at?: number },
): Promise<Diagnosed> {
  const broken: Diagnosed = { diagnosed: false, reason: 'unavailable' };
  return unlessBroken(setup, account, broken, async (clock) => {
    const { at: now } = clock;
    const held = (await setup.credentials(account)).filter((credential) => credential.diagnose);
    if (held.length === 0) return { diagnosed: false, reason: 'not-held' };
    // Nothing is ever accepted here, so no run of failures ends and no lock may build up.
    const attempts = { ...setup.policy.attempts, lock: Number.MAX_SAFE_INTEGER };
    const take = await setup.ledger.take(`${account}\u001fdiagnose`, { at: now, attempts });
    if (!take.taken) return { diagnosed: false, ...refusalOf(take) };
    const state = await setup.ledger.state(account);
    const all = await Promise.all(
      held.map(async (credential) => {
        const { id, estimate } = credential;
        const diagnosis = await credential.diagnose?.(code, {
          at: at ?? now,
          maxOffset: FAR,
          clock,
          ...afterOf(state, id),
          ...(estimate ? { estimate } : {}),
        });
        return diagnosis ? { credential: id, diagnosis } : undefined;
      }),
    );
    const given = all.filter((one) => one !== undefined);
    const diagnosis = mostTelling(given.map((one) => one.diagnosis));
    const found = given.find((one) => one.diagnosis === diagnosis);
    return found ? { diagnosed: true, ...found } : { diagnosed: false, reason: 'not-held' };
  });
}

/**
 * Finds an authenticator's offset from two consecutive codes, and consumes both. It shares the
 * account's attempts, so that it is no second way to guess. Only for someone known by another factor:
 * old codes that were seen and never used move the window to themselves.
 */
export async function resynchronize(
  setup: Setup,
  { account, codes }: { account: string; codes: [CodeAt, CodeAt] },
): Promise<Resynchronized> {
  return unlessBroken(
    setup,
    account,
    { synchronized: false, reason: 'unavailable' },
    async ({ at: now }) => {
      const held = (await setup.credentials(account)).filter((one) => one.resynchronize);
      if (held.length === 0) return { synchronized: false, reason: 'not-held' };
      const { attempts } = setup.policy;
      const take = await setup.ledger.take(account, { at: now, attempts });
      if (!take.taken) return { synchronized: false, ...refusalOf(take) };
      let reason: Unsynchronized = 'malformed';
      for (const credential of held) {
        const { id } = credential;
        const found = await credential.resynchronize?.(codes, afterOf(take.state, id));
        // Codes of another length than this credential's may well be of another credential.
        if (found?.synchronized === false && outranks(found.reason, reason)) reason = found.reason;
        if (!found?.synchronized) continue;
        for (const step of [found.step - 1, found.step]) {
          const [begins, ends] = [beginOf(credential, step), beginOf(credential, step + 1)];
          const { attempt } = take;
          const use = { account, credential: id, step, begins, ends, at: now, attempt };
          if ((await setup.ledger.consume(use)) !== 'first') {
            return { synchronized: false, reason: 'replayed' };
          }
        }
        const { period, epoch } = gridOf(credential);
        const [first, second] = codes;
        const one = observe(undefined, { at: first.at, step: found.step - 1, period, epoch });
        const estimate = observe(one, { at: second.at, step: found.step, period, epoch });
        setup.emit(account, now, { type: 'observed', credential: id, estimate });
        return { credential: id, ...found };
      }
      return { synchronized: false, reason };
    },
  );
}

/** Of several refusals the first that says most: `mismatch` says little, and `malformed` less. */
function outranks(reason: Unsynchronized, before: Unsynchronized): boolean {
  return before === 'malformed' || (before === 'mismatch' && reason !== 'malformed');
}

async function unlessBroken<T>(
  setup: Setup,
  account: string,
  broken: T,
  work: (clock: Readout) => Promise<T>,
): Promise<T> {
  let at = 0;
  try {
    const clock = await setup.clock.read();
    at = clock.at;
    return await work(clock);
  } catch (error) {
    reportFault(setup, { account, at, id: '', error });
    return broken;
  }
}

function refusalOf(
  take: { reason: 'throttled'; retryAfter: number } | { reason: 'locked' },
): Refusal {
  return take.reason === 'locked'
    ? { reason: 'locked' }
    : { reason: 'throttled', retryAfter: take.retryAfter };
}
