/** Attempts of one account, as a pure reducer: RFC 4226 section 7.3, SP 800-63B throttling. */
import type { AccountState, AttemptLimits } from './ledger.js';

type Attempts = AccountState['attempts'];

export type TakenAttempt =
  | { attempts: Attempts; taken: true; attempt: number }
  | { attempts: Attempts; taken: false; reason: 'throttled'; retryAfter: number }
  | { attempts: Attempts; taken: false; reason: 'locked' };

export const DEFAULT_LIMITS: AttemptLimits = { limit: 5, per: 900, lock: 100 };

/** Free attempts of all sources of an account together. */
export function accountLimit({ limit, account = 4 * limit }: AttemptLimits): number {
  return account;
}

const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;

export const NO_ATTEMPTS: Attempts = {
  recent: [],
  next: 1,
  failures: 0,
  doublings: 0,
  waitUntil: 0,
};

/** Counts an attempt before anything is compared, or says how many seconds to wait. */
export function takeAttempt(
  attempts: Attempts,
  { at, limits }: { at: number; limits: AttemptLimits },
): TakenAttempt {
  if (attempts.failures >= limits.lock) return { attempts, taken: false, reason: 'locked' };
  if (at < attempts.waitUntil) {
    // A wait begun by a clock that was ahead ends within the longest wait of one that is right.
    const waitUntil = Math.min(attempts.waitUntil, at + LONGEST_WAIT);
    const retryAfter = Math.ceil((waitUntil - at) / 1000);
    const capped = waitUntil === attempts.waitUntil ? attempts : { ...attempts, waitUntil };
    return { attempts: capped, taken: false, reason: 'throttled', retryAfter };
  }
  const counted = limits.per * 1000;
  const recent = [
    ...attempts.recent.filter((earlier) => Math.abs(at - earlier.at) < counted),
    { attempt: attempts.next, at },
  ];
  // Waits keep doubling until nothing was tried for as long as attempts are counted.
  const quiet = recent.length === 1 && at - attempts.waitUntil >= counted;
  const doublings = quiet ? 0 : attempts.doublings;
  const waits = recent.length >= limits.limit || doublings > 0;
  const taken: Attempts = {
    recent,
    next: attempts.next + 1,
    failures: attempts.failures + 1,
    doublings: waits ? doublings + 1 : 0,
    waitUntil: waits ? at + Math.min(FIRST_WAIT * 2 ** doublings, LONGEST_WAIT) : 0,
  };
  return { attempts: taken, taken: true, attempt: attempts.next };
}

/** An acceptance: its attempt comes back, and the run of failures before it ends. */
export function endRun(attempts: Attempts, attempt: number): Attempts {
  const since = attempts.recent.filter((other) => other.attempt > attempt);
  return { ...attempts, recent: since, failures: since.length, doublings: 0, waitUntil: 0 };
}

/** No ruling was had: as if the attempt had not been taken. */
export function returnAttempt(attempts: Attempts, attempt: number): Attempts {
  const returned = attempts.recent.find((other) => other.attempt === attempt);
  if (!returned) return attempts;
  const recent = attempts.recent.filter((other) => other !== returned);
  return {
    ...attempts,
    recent,
    failures: Math.max(0, attempts.failures - 1),
    doublings: Math.max(0, attempts.doublings - 1),
    // Not zero: quiet is counted from here, and an attempt that came back was no quiet.
    waitUntil: Math.min(attempts.waitUntil, returned.at),
  };
}
