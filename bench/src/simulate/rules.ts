/** How each product moves its idea of an authenticator's clock, by a reading of its code. */
import { type DriftEstimate, observe, predict } from '@driftlock/totp-core';
import { PERIOD } from './histories.js';

/** All in steps, but for instants: seconds. */
export interface Rule {
  name: string;
  /** The steps that count as good around what it takes for the present one. */
  window: { backward: number; forward: number };
  /** Seconds it takes the authenticator to be fast. */
  offset(): number;
  /** A real code of this step comes in. */
  login(now: number, step: number): void;
}

function stepAt(now: number): number {
  return Math.floor(now / PERIOD);
}

const ONE = { backward: 1, forward: 1 };

/** Ours, which has learned a right clock from eight logins; or the same without its limits. */
export function driftlock({ limits, start }: { limits: boolean; start: number }): Rule {
  let estimate: DriftEstimate | undefined;
  for (let day = 8; day > 0; day--) {
    const at = start - day * 86_400 + 11;
    estimate = observe(estimate, { at: at * 1000, step: stepAt(at - 9), period: PERIOD });
  }
  const offset = (): number => predict(estimate!, start * 1000).best;
  return {
    name: limits ? 'Driftlock' : 'Driftlock, no limits',
    window: ONE,
    offset,
    login(now, step) {
      if (!limits) estimate = { ...estimate!, days: [], origin: offset() };
      estimate = observe(estimate, { at: now * 1000, step, period: PERIOD });
    },
  };
}

/** `lib/tokens/totptoken.py`: 180 s each way but for the last step; AutoResync on. */
export function privacyidea(): Rule {
  let [shift, last] = [0, -1];
  let pending: number | undefined;
  const window = { backward: 6, forward: 5 };
  return {
    name: 'privacyIDEA',
    window,
    offset: () => shift,
    login(now, step) {
      if (step <= last) return;
      const away = step - stepAt(now + shift);
      const inside = -window.backward <= away && away <= window.forward;
      if (inside || step - 1 === pending) {
        [shift, last, pending] = [step * PERIOD - now, step, undefined];
      } else if (Math.abs(step - stepAt(now)) <= 1000) pending = step;
    },
  };
}

/** `linotp/tokens/totptoken.py`: whole steps; two codes at most 3 steps apart resynchronize. */
export function linotp(): Rule {
  let [skew, last] = [0, -1];
  let pending: number | undefined;
  const window = { backward: 6, forward: 5 };
  return {
    name: 'LinOTP',
    window,
    offset: () => skew * PERIOD,
    login(now, step) {
      if (step <= last) return;
      const away = step - stepAt(now) - skew;
      const inside = -window.backward <= away && away <= window.forward;
      const second = pending !== undefined && step > pending && step - pending <= 3;
      if (inside || second) [skew, last, pending] = [step - stepAt(now), step, undefined];
      else if (Math.abs(step - stepAt(now)) <= 1000) pending = step;
    },
  };
}

/** `pam_google_authenticator.c`: on a miss, three codes in a row within 12.5 h set the skew. */
export function libpam(): Rule {
  let skew = 0;
  let entries: { now: number; skew: number }[] = [];
  return {
    name: 'libpam',
    window: ONE,
    offset: () => skew * PERIOD,
    login(at, step) {
      const now = stepAt(at);
      const found = step - now;
      if (Math.abs(found - skew) <= 1 || Math.abs(found) >= 1500) return;
      entries = [...entries, { now, skew: found }].slice(-3);
      const [first, ...others] = entries;
      const inTurn = others.every((entry, i) => {
        const before = entries[i]!;
        const apart = entry.now - before.now;
        return apart > 0 && apart <= 2 && Math.abs(before.skew - found) <= 1;
      });
      if (!first || others.length < 2 || !inTurn) return;
      skew = Math.trunc(entries.reduce((sum, entry) => sum + entry.skew, 0) / 3);
      entries = [];
    },
  };
}

/** `multiotp.class.php`: 600 s each way; two consecutive codes as one line, within 25 h. */
export function multiotp(): Rule {
  let [delta, last] = [0, -1];
  let before: { now: number; step: number } | undefined;
  const window = { backward: 20, forward: 20 };
  return {
    name: 'multiOTP',
    window,
    offset: () => delta * PERIOD,
    login(now, step) {
      if (step <= last) return;
      const inside = Math.abs(step - stepAt(now) - delta) <= window.backward;
      const pair = before?.step === step - 1 && Math.abs(step - stepAt(now)) <= 3000;
      if (inside || pair) [delta, last] = [step - stepAt(now), step];
      before = { now, step };
    },
  };
}

/** Fresh ones, all of a clock that is right. */
export function rules(start: number): Rule[] {
  return [
    driftlock({ limits: true, start }),
    driftlock({ limits: false, start }),
    privacyidea(),
    linotp(),
    libpam(),
    multiotp(),
  ];
}
